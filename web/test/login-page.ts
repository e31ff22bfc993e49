import { fresh, greetMs, step } from '../src/login/machine';
import type { Effect, Event, Login, Model, Screen } from '../src/login/model';
import { isLost, screenOf, wakeAt } from '../src/login/outlook';
import type { NewLogin } from '../src/shared/wire';

/** A login page with a clock of its own: `at` moves it, `hear` is what happens to it. */
export class Page {
  now = 1_000_000;
  model: Model = fresh;
  effects: readonly Effect[] = [];

  hear(event: Event): this {
    [this.model, this.effects] = step(this.model, event, this.now, 0.5);
    return this;
  }

  /** Lets `ms` go by; the page wakes each time it asked for it. */
  pass(ms: number): this {
    const until = this.now + ms;
    const done: Effect[] = [];
    for (let wakes = 0; ; wakes += 1) {
      const at = wakeAt(this.model, this.now);
      if (at === null || at > until) break;
      if (wakes > 300) throw new Error('the page wakes for ever');
      this.now = Math.max(this.now, at);
      this.hear({ is: 'tick' });
      done.push(...this.effects);
    }
    this.now = until;
    this.effects = done;
    return this;
  }

  says(type: 'waiting' | 'approved' | 'denied' | 'expired' | 'hello'): this {
    if (type === 'hello') return this.hear({ is: 'frame', frame: { type, heartbeatMs: 0 } });
    if (type === 'waiting') return this.hear({ is: 'frame', frame: { type, userCode: '' } });
    if (type === 'denied') return this.hear({ is: 'frame', frame: { type, reason: 'declined' } });
    return this.hear({ is: 'frame', frame: { type } });
  }

  scannedBy(name: string, number = ''): this {
    return this.hear({ is: 'frame', frame: { type: 'scanned', name, number } });
  }

  /** The page asked how things stand, and is told that nobody has scanned. */
  answers(): this {
    return this.hear({ is: 'opened' }).says('hello').says('waiting');
  }

  closes(code: number): this {
    return this.hear({ is: 'closed', code });
  }

  get screen(): Screen {
    return screenOf(this.model, this.now);
  }

  get lost(): boolean {
    return isLost(this.model, this.now);
  }

  get did(): string[] {
    return this.effects.map((effect) => {
      if (effect.do === 'open') return `open ${effect.way}`;
      return 'token' in effect ? `${effect.do} ${effect.token}` : effect.do;
    });
  }
}

export const stepMs = 10_000;
export const ttlMs = 600_000;
export const rotation = { login: 'ZVPxAKGyw9Tl9gcY', key: 'AAECAwQFBgcICQoLDA0ODw', field: 0 };

export const made = (token: string): NewLogin => ({
  token,
  rotation,
  stepMs,
  elapsedMs: 0,
  linkPrefix: '/s/',
  ttlMs,
  paths: { socket: '/ws/', events: '/v1/logins/current/events', poll: '/v1/logins/current' },
  client: 'Wiki',
});

export const start = (login: Login | null = null, unsure = false): Page =>
  new Page().hear({ is: 'start', saved: login && { login, unsure } });
export const created = (page: Page, token: string): Page => page.hear({ is: 'created', login: made(token), key: `key-${token}` });
export const uncreated = (page: Page, status: number, retryAfterMs: number | null = null, problem = ''): Page =>
  page.hear({ is: 'create-failed', status, problem, retryAfterMs });
export const uncollected = (page: Page, status: number, problem = ''): Page =>
  page.hear({ is: 'collect-failed', status, problem, retryAfterMs: null });
export const waiting = (): Page => created(start(), 'one').answers();
/** WebSockets are blocked here, and the page has found its other way. */
export const waitingBy = (way: 'events' | 'poll'): Page => {
  const page = created(start(), 'one').pass(greetMs);
  return (way === 'events' ? page : page.closes(1006)).answers();
};
