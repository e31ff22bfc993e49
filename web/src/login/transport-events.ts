import { brokenCode, closeCodeOf } from './close-code';
import { EventStreamReader } from './event-stream';
import type { Connection, Heard, Opening } from './transport';
import { retryAfterMs } from '../shared/http';
import { readClose, readFrame, readProblem } from '../shared/wire';

/** A login heard of over an event stream. By `fetch`, since `EventSource` cannot send the token in a header. */

export function openEvents(opening: Opening, heard: Heard): Connection {
  const ending = new AbortController();
  void listen(opening, ending.signal, heard);
  return { say: () => undefined, close: () => ending.abort() };
}

async function listen({ path, token, userCode }: Opening, signal: AbortSignal, heard: Heard): Promise<void> {
  const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${token}` };
  const response = await fetch(userCode ? `${path}?user_code=1` : path, {
    headers,
    signal,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
  }).catch(() => null);
  const isStream = response?.headers.get('Content-Type')?.startsWith('text/event-stream');
  if (!response?.ok || !response.body || !isStream) return refused(response, heard);
  heard({ is: 'opened' });
  heard({ is: 'closed', code: await endOf(response.body.getReader(), heard) });
}

async function refused(response: Response | null, heard: Heard): Promise<void> {
  const problem = readProblem(await response?.json().catch(() => undefined));
  const code = closeCodeOf(response?.status ?? 0, problem);
  heard({ is: 'closed', code, afterMs: (response && retryAfterMs(response.headers)) ?? 0 });
}

/** Tells every frame of the stream; the code it closed with. */
async function endOf(stream: ReadableStreamDefaultReader<Uint8Array>, heard: Heard): Promise<number> {
  const text = new TextDecoder();
  const reader = new EventStreamReader();
  for (;;) {
    const piece = await stream.read().catch(() => null);
    const events = piece?.value ? reader.take(text.decode(piece.value, { stream: true })) : null;
    if (!events) {
      void stream.cancel().catch(() => undefined);
      return brokenCode;
    }
    heard({ is: 'beat' });
    for (const { type, data } of events) {
      if (type === 'close') return readClose(data);
      const frame = type === 'message' ? readFrame(data) : null;
      if (frame) heard({ is: 'frame', frame });
    }
  }
}
