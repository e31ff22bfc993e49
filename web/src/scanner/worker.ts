import jsQR from 'jsqr';
import type { Picture } from './decoder';

/** Reads one picture after another, away from the page, so that it stays quick. */
self.onmessage = ({ data }: MessageEvent<Picture>) => {
  // Our codes are dark on light; to look for the inverse, too, would take twice as long.
  const code = jsQR(data.pixels, data.side, data.side, { inversionAttempts: 'dontInvert' });
  self.postMessage(code?.data ?? null);
};
