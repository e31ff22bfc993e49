import { lastingFault, openCamera, type Camera } from './camera';
import { openDecoder, type Decoder } from './decoder';
import type { CameraFault } from './fault';
import { pathOfLink } from './link';
import { whileBusy } from '../shared/busy';
import { announce, choose, one } from '../shared/dom';

/** The scanner on the page: a button, the camera's picture with a frame, and where to go when a code of ours is seen. */

/** Between two pictures: quick enough for a hand, slow enough for a battery. */
const restMs = 120;

type Seen = 'nothing' | 'foreign';

export class Viewfinder {
  private readonly begin = one('[data-scan-start]');
  private readonly finder = one('[data-viewfinder]');
  private readonly video = one<HTMLVideoElement>('[data-video]');
  private readonly torch = one('[data-torch]');
  private camera: Camera | null = null;
  private decoder: Decoder | null = null;
  /** Which opening of the camera is the present one; what belongs to another is over. */
  private turn = 0;
  private seen: Seen = 'nothing';

  /** `go` leads to the phone's page of the code that was seen. */
  constructor(private readonly go: (path: string) => void) {
    const lasting = lastingFault();
    this.begin.hidden = lasting !== null;
    this.tell(lasting);
    this.begin.addEventListener('click', () => this.start());
    one('[data-scan-stop]').addEventListener('click', () => this.stop());
    this.torch.addEventListener('click', () => void whileBusy(this.torch, () => this.switchTorch()));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.stop();
    });
    window.addEventListener('pagehide', () => this.stop());
  }

  /** Opens the camera, as its button does. Does nothing where there cannot be one. */
  start(): void {
    if (this.begin.hidden) return;
    void whileBusy(this.begin, () => this.open());
  }

  /** Lets go of the camera. Does nothing when it is not open. */
  stop(): void {
    this.turn += 1;
    this.camera?.stop();
    this.decoder?.end();
    this.camera = null;
    this.decoder = null;
    if (this.finder.hidden) return;
    const focused = this.finder.contains(document.activeElement);
    this.video.srcObject = null;
    this.finder.hidden = true;
    this.begin.hidden = false;
    if (focused) this.begin.focus();
  }

  private async open(): Promise<void> {
    this.tell(null);
    this.turn += 1;
    const turn = this.turn;
    const camera = await openCamera(() => this.fail('in-use', turn));
    if (typeof camera === 'string') return this.fail(camera, turn);
    // The person left while the browser asked for permission.
    if (turn !== this.turn) return camera.stop();
    this.camera = camera;
    this.show(camera);
    try {
      await this.video.play();
      const decoder = await openDecoder();
      if (turn !== this.turn) return decoder.end();
      this.decoder = decoder;
      void this.look(decoder, turn);
    } catch {
      this.fail('failed', turn);
    }
  }

  private show(camera: Camera): void {
    this.sees('nothing');
    this.torch.hidden = !camera.hasTorch;
    this.torch.setAttribute('aria-pressed', 'false');
    this.video.srcObject = camera.stream;
    this.finder.hidden = false;
    this.begin.hidden = true;
    one('[data-scan-stop]').focus({ preventScroll: true });
    this.finder.scrollIntoView({ block: 'nearest' });
    announce(one('[data-seen="nothing"]').textContent ?? '');
  }

  private async look(decoder: Decoder, turn: number): Promise<void> {
    try {
      while (turn === this.turn) {
        const text = await decoder.read(this.video);
        if (turn !== this.turn) return;
        const path = text === null ? null : pathOfLink(text, location.origin);
        if (path !== null) {
          this.stop();
          return this.go(path);
        }
        if (text !== null) this.sees('foreign');
        await new Promise((resume) => setTimeout(resume, restMs));
      }
    } catch {
      this.fail('failed', turn);
    }
  }

  private sees(seen: Seen): void {
    choose('seen', seen, this.finder);
    if (seen === 'foreign' && this.seen !== 'foreign') announce(one('[data-seen="foreign"]').textContent ?? '');
    this.seen = seen;
  }

  private async switchTorch(): Promise<void> {
    const on = this.torch.getAttribute('aria-pressed') !== 'true';
    if (await this.camera?.setTorch(on)) this.torch.setAttribute('aria-pressed', String(on));
  }

  private fail(fault: CameraFault, turn: number): void {
    if (turn !== this.turn) return;
    this.stop();
    this.tell(fault);
  }

  private tell(fault: CameraFault | null): void {
    choose('camera', fault ?? '');
  }
}
