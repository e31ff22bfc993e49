/** The part of a picture that is read. Pure. */

/** A code of a login is found in so few pixels, and each further one costs time. */
export const cropPixels = 480;

export interface Crop {
  readonly x: number;
  readonly y: number;
  /** Of the square, in the picture. */
  readonly side: number;
  /** Of the square, as it is read. */
  readonly pixels: number;
}

/** The largest square in the middle, which the frame on the page shows, made no larger than it is. */
export function cropOf(width: number, height: number): Crop {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side, pixels: Math.min(side, cropPixels) };
}
