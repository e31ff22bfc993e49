import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/**
 * The code that moves, as docs/protocol.md says: each next one follows from what the page got when its login began, without
 * asking anybody. Pure. `crypto.subtle` would do, but is not there on pages over plain http.
 */

/** What a page gets for its login. `login` and `key` are base64url; the code of step n has `field` + n. */
export interface Rotation {
  readonly login: string;
  readonly key: string;
  readonly field: number;
}

/** Later steps do not move; no login lives that long. */
export const lastStep = 0xff8;

const loginBytes = 12;
const keyBytes = 16;
const macBytes = 8;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base64url: string, length: number): Uint8Array {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  if (text.length !== length) throw new RangeError(`${length} bytes were expected, not ${text.length}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** RFC 4648 base32 without padding. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) text += letters.charAt((held >> (bits - 5)) & 31);
  }
  return bits > 0 ? text + letters.charAt((held << (5 - bits)) & 31) : text;
}

/** The 36 characters of a step. Throws `RangeError` for a step that has none, and for what is no rotation. */
export function codeAt(rotation: Rotation, step: number): string {
  if (!Number.isInteger(step) || step < 0 || step > lastStep) throw new RangeError(`there is no step ${step}`);
  const field = rotation.field + step;
  const shown = Uint8Array.of(...bytesOf(rotation.login, loginBytes), field >> 8, field & 0xff);
  const mac = hmac(sha256, bytesOf(rotation.key, keyBytes), shown).subarray(0, macBytes);
  return base32(Uint8Array.of(...shown, ...mac));
}

/**
 * The step of now. `elapsedMs` is how old the login was by the server's clock when its answer came, `sinceMs` how long ago
 * that was by the page's own steady clock, so that a wrong wall clock does not matter.
 */
export function stepAt(elapsedMs: number, sinceMs: number, stepMs: number): number {
  return Math.min(lastStep, Math.max(0, Math.floor((elapsedMs + sinceMs) / stepMs)));
}
