import type { Kept, Login } from './model';
import { readRotation } from '../shared/wire';

/**
 * The login in progress, kept over a reload of this tab, so that a phone that has scanned already is not lost.
 * sessionStorage and nothing else: it ends with the tab and never leaves it. What lies there is worth nothing without
 * the HttpOnly cookie of this browser, which no script can read.
 */

const key = 'latchkey.login';

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A login with its times told by the clock on the wall: only that one goes on over a reload. */
interface Saved extends Login {
  readonly unsure: boolean;
  /** Which application asks, as its page says it; empty for Latchkey itself. */
  readonly clientId: string;
  readonly savedAt: number;
}

/** `now` is the page's own clock, `wall` the clock on the wall. */
export function save(storage: Storage, { login, unsure }: Kept, clientId: string, now: number, wall: number): void {
  const ahead = wall - now;
  const { startedAt, endsAt } = login;
  const saved: Saved = { ...login, unsure, clientId, savedAt: wall, startedAt: startedAt + ahead, endsAt: endsAt + ahead };
  try {
    storage.setItem(key, JSON.stringify(saved));
  } catch {
    // Storage is full or forbidden: a reload then starts a new login.
  }
}

export function forget(storage: Storage): void {
  try {
    storage.removeItem(key);
  } catch {
    // As above.
  }
}

/**
 * The login saved before, if it is whole and of the same application, in the page's own time again. Whatever was done to
 * the clock on the wall meanwhile, the login is no younger than it was.
 */
export function load(storage: Storage, clientId: string, now: number, wall: number): Kept | null {
  try {
    const value = JSON.parse(storage.getItem(key) ?? 'null') as Partial<Saved> | null;
    if (!value || !strings(value.token, value.key, value.linkPrefix, value.client) || value.clientId !== clientId) return null;
    if (!strings(value.paths?.socket, value.paths?.events, value.paths?.poll) || !readRotation(value.rotation)) return null;
    if (!numbers(value.stepMs, value.startedAt, value.endsAt, value.savedAt) || !(Number(value.stepMs) > 0)) return null;
    if (typeof value.unsure !== 'boolean') return null;
    const { clientId: _, savedAt, unsure, ...login } = value as Saved;
    const ahead = Math.max(wall, savedAt) - now;
    return { login: { ...login, startedAt: login.startedAt - ahead, endsAt: login.endsAt - ahead }, unsure };
  } catch {
    return null;
  }
}

function strings(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function numbers(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'number' && Number.isFinite(value));
}
