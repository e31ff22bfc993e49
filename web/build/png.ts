import { deflateSync } from 'node:zlib';

/** The app's icon as PNG, for phones that take no SVG. Pure. */

type Colour = readonly [red: number, green: number, blue: number];
const green: Colour = [0x0f, 0x5c, 0x46];
const white: Colour = [0xff, 0xff, 0xff];

/** The drawing of `icons/favicon.svg`, in its units: 32 across. */
const across = 32;
const strokeWidth = 2.6;
const ring = { x: 11.5, y: 16, radius: 5 };
const strokes = [
  [16.5, 16, 26, 16],
  [26, 16, 26, 20],
  [22, 16, 22, 19],
] as const;

/** How far a point is from the drawing's nearest stroke; below zero on it. */
function distance(x: number, y: number): number {
  const toRing = Math.abs(Math.hypot(x - ring.x, y - ring.y) - ring.radius);
  const toStrokes = strokes.map(([x1, y1, x2, y2]) => {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
  });
  return Math.min(toRing, ...toStrokes) - strokeWidth / 2;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * A square of `side` pixels, filled to its edges, so that a phone may cut it to any shape (W3C manifest, `maskable`): what
 * is drawn stays within the middle four fifths.
 */
export function iconPng(side: number): Buffer {
  const scale = across / side;
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const drawn = distance((x + 0.5) * scale, (y + 0.5) * scale) / scale;
      // One pixel's edge, half of it on each side.
      const share = Math.min(1, Math.max(0, 0.5 - drawn));
      const at = y * (1 + side * 3) + 1 + x * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        rows[at + channel] = Math.round(green[channel]! + (white[channel]! - green[channel]!) * share);
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
