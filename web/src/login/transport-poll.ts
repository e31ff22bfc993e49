import { brokenCode, closeCodeOf } from './close-code';
import type { Connection, Heard, Opening } from './transport';
import { ask, succeeded } from '../shared/http';
import { readFrameBody, type Frame } from '../shared/wire';

/** A login heard of by asking again and again: each question waits at the server until there is news. */

/** How long a question may wait there. */
const waitMs = 25_000;
/** The answer may take so much longer. */
const patienceMs = 10_000;
/** Questions that are answered at once, without news, are at least so far apart. */
const leastMs = 1_000;

export function openPoll(opening: Opening, heard: Heard): Connection {
  const ending = new AbortController();
  void rounds(opening, ending.signal, heard);
  return { say: () => undefined, close: () => ending.abort() };
}

/** Where to ask, having seen this state (empty: none yet). */
export function pollPath(path: string, seen: string, userCode: boolean): string {
  const query = new URLSearchParams(seen ? { seen, wait_ms: String(waitMs) } : {});
  if (userCode) query.set('user_code', '1');
  return String(query) ? `${path}?${query}` : path;
}

/** Whether more can follow after this frame. */
export function goesOn(frame: Frame): boolean {
  return frame.type === 'waiting' || frame.type === 'scanned';
}

async function rounds({ path, token, userCode }: Opening, until: AbortSignal, heard: Heard): Promise<void> {
  let seen = '';
  for (;;) {
    const askedAt = performance.now();
    const wait = { ms: seen ? waitMs + patienceMs : patienceMs, until };
    const answer = await ask('GET', pollPath(path, seen, userCode), undefined, { token }, wait);
    if (until.aborted) return;
    const frame = succeeded(answer) ? readFrameBody(answer.body) : null;
    if (!frame) {
      const code = succeeded(answer) ? brokenCode : closeCodeOf(answer.status, answer.problem);
      return heard({ is: 'closed', code, afterMs: answer.retryAfterMs ?? 0 });
    }
    if (!seen) heard({ is: 'opened' });
    heard({ is: 'frame', frame });
    if (!goesOn(frame)) return;
    const tookMs = performance.now() - askedAt;
    if (frame.type === seen && tookMs < leastMs) await new Promise((done) => setTimeout(done, leastMs - tookMs));
    seen = frame.type;
  }
}
