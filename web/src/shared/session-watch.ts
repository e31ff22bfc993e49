import { ask } from './http';

/** Tells a page of somebody who is signed in that they are not any more. */

let stream: EventSource | null = null;
let over = false;
let listen = (): void => undefined;

/**
 * Hears of the end of this session, wherever it was ended, and sends the page where `next` can be had again. A browser that
 * has begun another session meanwhile, in another tab, just starts the page anew. Only a page that is seen listens: a browser
 * has few connections for one server, and one that is seen again is told at once.
 */
export function watchSession(next: string): void {
  if (typeof EventSource !== 'function') return;
  listen = () => {
    stream?.close();
    stream = over || document.hidden ? null : open(next);
  };
  document.addEventListener('visibilitychange', listen);
  listen();
}

function open(next: string): EventSource {
  const opened = new EventSource('/v1/me/events');
  opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (!data.includes('"ended"')) return;
    stopWatching();
    void go(next);
  });
  return opened;
}

async function go(next: string): Promise<void> {
  const answer = await ask('GET', '/v1/session');
  if (answer.status === 401) location.replace(`/signin?next=${encodeURIComponent(next)}&out=1`);
  else location.reload();
}

/** Before this very page ends the session: it knows where to go then. */
export function stopWatching(): void {
  over = true;
  stream?.close();
}

/** When the server did not end it after all. */
export function goOnWatching(): void {
  over = false;
  listen();
}
