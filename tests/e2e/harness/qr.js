import jsQR from 'jsqr';
import { PNG } from 'pngjs';

/** Light modules around a code (ISO/IEC 18004). */
const quietZone = 4;

function read({ data, width, height }) {
  // Dark on light and nothing else: many phones read no other code.
  return jsQR(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' });
}

/** What a camera would read in this picture (PNG); null when there is no code to be seen. */
export function decodeQr(picture) {
  return read(PNG.sync.read(picture))?.data ?? null;
}

/** The modules of the quiet zone around the code in this picture, its corners too, that are not plain white. */
export function spotsInQuietZone(picture) {
  const image = PNG.sync.read(picture);
  const { location, version } = read(image);
  const size = 17 + 4 * version;
  const { topLeftCorner: from, topRightCorner, bottomLeftCorner } = location;
  const right = { x: (topRightCorner.x - from.x) / size, y: (topRightCorner.y - from.y) / size };
  const down = { x: (bottomLeftCorner.x - from.x) / size, y: (bottomLeftCorner.y - from.y) / size };
  const spots = [];
  for (let row = -quietZone; row < size + quietZone; row += 1) {
    for (let column = -quietZone; column < size + quietZone; column += 1) {
      if (Math.min(row, column) >= 0 && Math.max(row, column) < size) continue;
      const x = Math.round(from.x + (column + 0.5) * right.x + (row + 0.5) * down.x);
      const y = Math.round(from.y + (column + 0.5) * right.y + (row + 0.5) * down.y);
      const colour = [...image.data.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 3)];
      if (colour.some((value) => value !== 255)) spots.push(`row ${row}, column ${column}: ${colour}`);
    }
  }
  return spots;
}

/** The login (hexadecimal) and the step that the code of a link tells of itself, as docs/protocol.md says. */
export function partsOf(link) {
  const letters = [...link.split('/').pop()].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  const bits = letters.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g).map((eight) => Number.parseInt(eight, 2));
  return { login: Buffer.from(bytes.slice(0, 12)).toString('hex'), step: ((bytes[12] << 8) | bytes[13]) & 0xfff };
}
