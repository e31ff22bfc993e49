import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { launch } from './chromium.js';
import { newDirectory } from './latchkey.js';

/** A camera whose picture a test chooses: Chromium plays a file (YUV4MPEG2) where a phone would have its lens. */

const width = 640;
const height = 480;
const frames = 3;

/** Which pixel of `picture` is seen at (x, y) of the film: as large as fits, in the middle, on grey. */
function seenAt(picture, x, y) {
  const scale = Math.min(width / picture.width, height / picture.height);
  const from = {
    x: Math.floor((x - (width - picture.width * scale) / 2) / scale),
    y: Math.floor((y - (height - picture.height * scale) / 2) / scale),
  };
  const inside = from.x >= 0 && from.y >= 0 && from.x < picture.width && from.y < picture.height;
  return inside ? picture.data[4 * (from.y * picture.width + from.x) + 1] : 128;
}

/** A film of this picture (PNG), without colours. */
function filmOf(png) {
  const picture = PNG.sync.read(png);
  // Brightness as studio video has it, 16 to 235; no colour is 128.
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) frame[y * width + x] = 16 + Math.round((seenAt(picture, x, y) * 219) / 255);
  }
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array(frames).fill(Buffer.concat([Buffer.from('FRAME\n'), frame]))]);
}

/** A browser with a camera. What the camera sees, again and again, is the picture (PNG) last given to `show` before it is opened. */
export async function launchWithCamera(t) {
  const directory = newDirectory();
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const film = join(directory, 'film.y4m');
  const browser = await launch(t, ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`]);
  return { browser, show: (png) => writeFileSync(film, filmOf(png)) };
}
