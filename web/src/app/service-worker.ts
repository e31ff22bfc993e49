/**
 * The service worker of the phone's own page, and of that page alone: without a connection it shows a page that says so,
 * out of a cache that holds this page and nothing else. What the server says of a person is never kept.
 */

/** The parts of its surroundings that it uses; the type library of workers does not go together with that of pages. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Surroundings {
  addEventListener(type: 'install' | 'activate', act: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', act: (event: Fetching) => void): void;
  skipWaiting(): Promise<void>;
}
const worker = globalThis as unknown as Surroundings;

const page = '/offline';
/** The files that the page needs, put in while building. */
declare const shellFiles: readonly string[];
declare const shellName: string;

async function fill(): Promise<void> {
  const cache = await caches.open(shellName);
  await cache.addAll([page, ...shellFiles].map((path) => new Request(path, { credentials: 'same-origin', cache: 'no-cache' })));
  await worker.skipWaiting();
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== shellName).map((name) => caches.delete(name)));
}

async function kept(request: string | Request): Promise<Response> {
  return (await caches.match(request)) ?? Response.error();
}

worker.addEventListener('install', (event) => event.waitUntil(fill()));
worker.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => kept(page)));
  } else if (shellFiles.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});
