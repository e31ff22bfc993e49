import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { closeCodeOf } from '../src/login/close-code';
import { eventLengthMax, EventStreamReader, type StreamEvent } from '../src/login/event-stream';
import { connect, type Connection, type Opening } from '../src/login/transport';
import type { Way } from '../src/login/road';

/** What the three ways tell of the same login; the server is put in the place of `fetch` and `WebSocket`. */

type Told = Parameters<Parameters<typeof connect>[1]>[0];

let told: Told[];
let connection: Connection;

beforeEach(() => {
  told = [];
  vi.stubGlobal('location', { href: 'https://us.example/' });
});
afterEach(() => {
  connection?.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(way: Way, more: Partial<Opening> = {}): void {
  const path = way === 'socket' ? '/ws/' : '/poll';
  connection = connect({ do: 'open', way, path, token: 'TOKEN', userCode: false, ...more }, (event) => told.push(event));
}

interface Request {
  readonly path: string;
  readonly init: RequestInit;
}

/** Answers each request with the next of `answers`; those beyond the last wait until they are given up. */
function served(...answers: (Response | Error)[]): Request[] {
  const requests: Request[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    requests.push({ path, init });
    const answer = answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer) return Promise.resolve(answer);
    return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  return requests;
}

const stream = (...pieces: string[]): Response =>
  new Response(new Blob(pieces).stream(), { headers: { 'Content-Type': 'text/event-stream' } });
const json = (body: object, status = 200): Response => new Response(JSON.stringify(body), { status });
const problem = (status: number, name: string, headers = {}): Response =>
  new Response(JSON.stringify({ type: `https://latchkey.dev/problems/${name}` }), { status, headers });
const frames = (): Told[] => told.filter((event) => event.is !== 'beat');
const settled = (count: number): Promise<void> => vi.waitFor(() => expect(frames().length).toBeGreaterThanOrEqual(count));

describe('An event stream', () => {
  const read = (...pieces: string[]): (StreamEvent[] | null)[] => {
    const reader = new EventStreamReader();
    return pieces.map((piece) => reader.take(piece));
  };
  const message = (data: string): StreamEvent => ({ type: 'message', data });

  test('is read line by line: data, names, comments, and what is not known', () => {
    expect(read('data: {"a":1}\n\n')).toEqual([[message('{"a":1}')]]);
    expect(read('data:x\ndata:  y\ndata\n\n')).toEqual([[message('x\n y\n')]]);
    expect(read(': beat\n\nid: 1\nretry: 5\nother\n\nevent: close\ndata: z\n\ndata: w\n\n')).toEqual([
      [{ type: 'close', data: 'z' }, message('w')],
    ]);
    expect(read('event: lonely\n\ndata: x\n\n')).toEqual([[message('x')]]);
  });

  test.each(['\n', '\r\n', '\r'])('ends its lines with %j', (end) => {
    expect(read(['data: x', 'data: y', '', 'data: z', '', ''].join(end) + 'data: ')[0]).toEqual([message('x\ny'), message('z')]);
  });

  test('may be cut anywhere', () => {
    const text = ': hi\r\n\r\nevent: close\r\ndata: {"code":4100}\r\n\r\ndata: end\n\n';
    const whole = read(text).flat();
    expect(whole).toHaveLength(2);
    for (let at = 0; at <= text.length; at += 1) expect(read(text.slice(0, at), text.slice(at)).flat()).toEqual(whole);
    expect(read(...text).flat()).toEqual(whole);
  });

  test('is not followed without end', () => {
    expect(read('x'.repeat(eventLengthMax + 1))).toEqual([null]);
    expect(read(...Array<string>(5).fill(`data: ${'x'.repeat(eventLengthMax / 4)}\n`)).at(-1)).toBeNull();
  });

  test('tells hello, states, beats, and with which code it closed', async () => {
    const requests = served(
      stream('data: {"type":"hello","heartbeat_ms":5}\n', '\ndata: {"type":"waiting"}\n\n: beat\n\n', 'event: close\ndata: {"code":4100}\n\n'),
    );
    open('events', { userCode: true });
    await settled(4);
    expect(frames()).toEqual([
      { is: 'opened' },
      { is: 'frame', frame: { type: 'hello', heartbeatMs: 5 } },
      { is: 'frame', frame: { type: 'waiting', userCode: '' } },
      { is: 'closed', code: 4100 },
    ]);
    expect(told).toContainEqual({ is: 'beat' });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.path).toBe('/poll?user_code=1');
    expect(new Headers(requests[0]?.init.headers).get('Authorization')).toBe('Bearer TOKEN');
    expect(requests[0]?.path).not.toContain('TOKEN');
  });

  test('that breaks off has closed as a broken connection', async () => {
    served(stream('data: {"type":"hello"}\n\n'));
    open('events');
    await settled(3);
    expect(frames().at(-1)).toEqual({ is: 'closed', code: 1006 });
  });

  test.each([
    ['no answer', new Error('refused'), 1006],
    ['a page of a proxy', new Response('<p>', { status: 403, headers: { 'Content-Type': 'text/html' } }), 1006],
    ['something else than a stream', json({}), 1006],
    ['a refusal', problem(401, 'token-invalid'), 4001],
  ])('that does not begin says so: %s', async (_, answer, code) => {
    served(answer);
    open('events');
    await settled(1);
    expect(frames()).toEqual([{ is: 'closed', code, afterMs: 0 }]);
  });

  test('tells nothing after it was closed', async () => {
    const requests = served();
    open('events');
    connection.close();
    expect(requests[0]?.init.signal?.aborted).toBe(true);
    await Promise.resolve();
    expect(told).toEqual([]);
  });
});

describe('A long poll', () => {
  test('asks at once what is, then for what is new', async () => {
    const requests = served(json({ type: 'waiting', user_code: 'WDJB-MJHT' }), json({ type: 'scanned', name: 'Ada', number: '07' }));
    open('poll', { userCode: true });
    await vi.waitFor(() => expect(requests).toHaveLength(3));
    expect(told).toEqual([
      { is: 'opened' },
      { is: 'frame', frame: { type: 'waiting', userCode: 'WDJB-MJHT' } },
      { is: 'frame', frame: { type: 'scanned', name: 'Ada', number: '07' } },
    ]);
    expect(requests.map(({ path }) => path)).toEqual([
      '/poll?user_code=1',
      '/poll?seen=waiting&wait_ms=25000&user_code=1',
      '/poll?seen=scanned&wait_ms=25000&user_code=1',
    ]);
    expect(new Headers(requests[0]?.init.headers).get('Authorization')).toBe('Bearer TOKEN');
  });

  test.each(['approved', 'denied', 'expired', 'reconnect'])('asks no more after %s', async (type) => {
    const requests = served(json({ type }));
    open('poll');
    await settled(2);
    await new Promise((done) => setTimeout(done));
    expect(requests).toHaveLength(1);
  });

  test('does not race with a server that answers at once', async () => {
    vi.useFakeTimers();
    const requests = served(...Array.from({ length: 20 }, () => json({ type: 'waiting' })));
    open('poll');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(requests.length).toBeLessThanOrEqual(7);
    expect(requests.length).toBeGreaterThan(3);
  });

  test('waits longer than the server is asked to, but not for ever', async () => {
    vi.useFakeTimers();
    served(json({ type: 'waiting' }));
    open('poll');
    await vi.advanceTimersByTimeAsync(25_000);
    expect(told.at(-1)).toMatchObject({ is: 'frame' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told.at(-1)).toMatchObject({ is: 'closed', code: 1006 });
  });

  test.each([
    [problem(429, 'too-many-requests', { 'Retry-After': '7' }), 4201, 7_000],
    [problem(410, 'login-expired'), 4100, 0],
    [problem(503, 'draining', { 'Retry-After': '1' }), 4201, 1_000],
    [new Response(null, { status: 204 }), 1006, 0],
    [new Response('bad gateway', { status: 502 }), 1006, 0],
    [json({ type: 'later' }), 1006, 0],
    [new Error('gone'), 1006, 0],
  ])('says how it was refused (%#)', async (answer, code, afterMs) => {
    served(answer);
    open('poll');
    await settled(1);
    expect(told).toEqual([{ is: 'closed', code, afterMs }]);
  });

  test('ends when it is closed', async () => {
    const requests = served(json({ type: 'waiting' }));
    open('poll');
    await vi.waitFor(() => expect(requests).toHaveLength(2));
    connection.close();
    await new Promise((done) => setTimeout(done));
    expect(requests[1]?.init.signal?.aborted).toBe(true);
    expect(told.filter(({ is }) => is === 'closed')).toEqual([]);
    expect(requests).toHaveLength(2);
  });
});

describe('A WebSocket', () => {
  class Socket extends EventTarget {
    static last: Socket;
    readonly said: string[] = [];
    closed: number | null = null;
    constructor(
      readonly address: string,
      readonly protocol: string,
    ) {
      super();
      Socket.last = this;
    }
    send(text: string): void {
      this.said.push(text);
    }
    close(code: number): void {
      this.closed = code;
    }
  }

  beforeEach(() => {
    vi.stubGlobal('WebSocket', Socket);
    open('socket');
  });

  test('tells and says, and has the token in no address', () => {
    const { last } = Socket;
    expect([last.address, last.protocol]).toEqual(['wss://us.example/ws/', 'latchkey.v1']);
    last.dispatchEvent(new Event('open'));
    connection.say({ type: 'watch', token: 'TOKEN' });
    last.dispatchEvent(Object.assign(new Event('message'), { data: '{"type":"expired"}' }));
    last.dispatchEvent(Object.assign(new Event('message'), { data: '{"type":"later"}' }));
    last.dispatchEvent(Object.assign(new Event('close'), { code: 4100 }));
    expect(last.said).toEqual(['{"type":"watch","token":"TOKEN"}']);
    expect(told).toEqual([{ is: 'opened' }, { is: 'frame', frame: { type: 'expired' } }, { is: 'closed', code: 4100 }]);
  });

  test('tells nothing after it was closed', () => {
    connection.close();
    Socket.last.dispatchEvent(new Event('open'));
    Socket.last.dispatchEvent(Object.assign(new Event('close'), { code: 1000 }));
    expect([told, Socket.last.closed]).toEqual([[], 1000]);
  });
});

describe('A refusal', () => {
  test.each([
    [401, 'token-invalid', 4001], [403, 'cross-site', 4003], [409, 'already-collected', 4101], [410, 'login-expired', 4100],
    [410, 'consumed', 4101], [429, 'too-many-requests', 4201], [503, 'draining', 4201], [503, '', 1006], [404, 'not-found', 1006], [0, 'unreachable', 1006], [403, '', 1006], [410, '', 1006],
  ])('%i %s closes as %i', (status, name, code) => expect(closeCodeOf(status, name)).toBe(code));
});
