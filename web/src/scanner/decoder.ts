import { cropOf, type Crop } from './crop';

/** The edge to what reads codes: the browser's own reader where it has one, else ours, in a worker. */

export interface Decoder {
  /** The text of the code to be seen just now; null when there is none. One call at a time. Rejects when it cannot read at all. */
  read(video: HTMLVideoElement): Promise<string | null>;
  end(): void;
}

/** Shape Detection API; TypeScript does not know it yet. */
interface BarcodeDetector {
  detect(from: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface BarcodeDetectorMaker {
  new (options: { formats: readonly string[] }): BarcodeDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** What the worker is asked: one picture. It answers with the text, or null. */
export interface Picture {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly side: number;
}

/** The best reader there is here. */
export async function openDecoder(): Promise<Decoder> {
  const native = await openNative();
  return native ? orOurs(native) : new WorkerDecoder();
}

async function openNative(): Promise<Decoder | null> {
  const maker = (globalThis as { BarcodeDetector?: BarcodeDetectorMaker }).BarcodeDetector;
  try {
    if (!maker || !(await maker.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new maker({ formats: ['qr_code'] });
    return {
      read: async (video) => (await detector.detect(video))[0]?.rawValue ?? null,
      end: () => {},
    };
  } catch {
    return null;
  }
}

/** Some phones promise a reader that then reads nothing: `first` gives way for good as soon as it fails. */
function orOurs(first: Decoder): Decoder {
  let second: Decoder | null = null;
  return {
    read: async (video) => {
      if (second) return second.read(video);
      try {
        return await first.read(video);
      } catch {
        second = new WorkerDecoder();
        return second.read(video);
      }
    },
    end: () => second?.end(),
  };
}

/** Ours, loaded only when it is needed. */
class WorkerDecoder implements Decoder {
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  private readonly canvas = document.createElement('canvas');
  private readonly drawing = this.canvas.getContext('2d', { willReadFrequently: true });

  read(video: HTMLVideoElement): Promise<string | null> {
    const crop = cropOf(video.videoWidth, video.videoHeight);
    if (crop.side === 0) return Promise.resolve(null);
    const picture = this.pictureOf(video, crop);
    if (!picture) return Promise.reject(new Error('this browser draws no pictures'));
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(typeof data === 'string' ? data : null);
      this.worker.onerror = () => reject(new Error('the reader did not start'));
      this.worker.postMessage(picture, [picture.pixels.buffer]);
    });
  }

  end(): void {
    this.worker.terminate();
  }

  private pictureOf(video: HTMLVideoElement, { x, y, side, pixels }: Crop): Picture | null {
    this.canvas.width = pixels;
    this.canvas.height = pixels;
    if (!this.drawing) return null;
    this.drawing.drawImage(video, x, y, side, side, 0, 0, pixels, pixels);
    return { pixels: this.drawing.getImageData(0, 0, pixels, pixels).data as Picture['pixels'], side: pixels };
  }
}
