import { correction, generate } from 'lean-qr';

/** Light modules that must stand around a QR code (ISO/IEC 18004). */
export const quietZone = 4;

/** A QR code as one SVG path. Sizes are modules; `size` includes the quiet zone on both sides. */
export interface Drawing {
  readonly size: number;
  readonly path: string;
}

/** The drawing of `link`, at error correction M or what more fits into the same size. Pure. */
export function drawQr(link: string): Drawing {
  const code = generate(link, { minCorrectionLevel: correction.M });
  return { size: code.size + 2 * quietZone, path: rowsPath(code.size, (x, y) => code.get(x, y)) };
}

/** One subpath for each horizontal run of dark modules. */
export function rowsPath(size: number, dark: (x: number, y: number) => boolean): string {
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (!dark(x, y)) continue;
      const from = x;
      while (x < size && dark(x, y)) x += 1;
      path += `M${from + quietZone} ${y + quietZone}h${x - from}v1h${from - x}z`;
    }
  }
  return path;
}
