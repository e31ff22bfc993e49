import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../src/shared/http';

/** The own server as a page hears it; `fetch` is put in its place. */

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function served(answer: (request: RequestInit) => Promise<Response>): RequestInit[] {
  const requests: RequestInit[] = [];
  vi.stubGlobal('fetch', (_: string, request: RequestInit) => {
    requests.push(request);
    return answer(request);
  });
  return requests;
}

describe('A question to the server', () => {
  test('carries the token of a login and its key, when there are any', async () => {
    const requests = served(async () => new Response('{}'));
    await ask('POST', '/v1/logins/current/collect', undefined, { token: 't', key: 'k' });
    await ask('GET', '/v1/session');
    const [collect, session] = requests.map(({ headers }) => new Headers(headers));
    expect(collect?.get('Authorization')).toBe('Bearer t');
    expect(collect?.get('Idempotency-Key')).toBe('k');
    expect([session?.has('Authorization'), session?.has('Idempotency-Key')]).toEqual([false, false]);
  });

  test('is answered also in a browser that has no AbortSignal.timeout', async () => {
    vi.stubGlobal('AbortSignal', class {});
    served(async () => new Response('{"a":1}', { status: 201 }));
    expect(await ask('POST', '/v1/logins')).toMatchObject({ status: 201, body: { a: 1 } });
  });

  test('is given up after a while', async () => {
    vi.useFakeTimers();
    served((request) => new Promise((_, reject) => request.signal?.addEventListener('abort', () => reject(new Error('gone')))));
    const answer = ask('GET', '/v1/session');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await answer).toMatchObject({ status: 0, problem: 'unreachable' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has an answer also when that is cut in its middle', async () => {
    served(async () => new Response('{"redirect_to":"/da'));
    expect(await ask('POST', '/v1/logins/current/collect')).toMatchObject({ status: 200, body: undefined });
  });

  test('says how long to wait', async () => {
    served(async () => new Response('{"type":"https://latchkey.dev/problems/too-many-requests"}', { status: 429, headers: { 'Retry-After': '7' } }));
    expect(await ask('POST', '/v1/logins')).toMatchObject({ problem: 'too-many-requests', retryAfterMs: 7_000 });
  });
});
