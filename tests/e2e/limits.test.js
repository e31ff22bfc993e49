import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { RawConnection } from './harness/http.js';
import { isSanitized, Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { Page } from './harness/socket.js';

/**
 * Silence, slowness and excess: each is closed by a limit that an operator can set. Those on time are short on servers
 * of their own, for the tests that wait for their end alone; those on size are small on one that has all the time.
 */

const mib = 1024 * 1024;
/** Short enough to wait for its end, and long enough for a busy machine to send what a test says before it. */
const shortMs = '2000';
let server;

before(async () => {
  server = await Server.start({
    users: ['Ada'],
    env: { LATCHKEY_LIMITS_HEADER_BYTES_MAX: '2048', LATCHKEY_LIMITS_BODY_BYTES_MAX: '4096' },
  });
});
after(async () => {
  await server?.stop();
});

/** A server whose limits of these names last 2 s. */
function impatient(t, ...names) {
  const env = Object.fromEntries(names.map((name) => [`LATCHKEY_LIMITS_${name}`, shortMs]));
  return Server.start({ t, users: ['Ada'], env });
}

function hostOf({ origin }) {
  return new URL(origin).host;
}

function statusOf(text) {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
}

test('300 connections that say nothing are closed, and cost little while they last', async (t) => {
  const own = await impatient(t, 'HEADER_TIME_MAX_MS', 'KEEP_ALIVE_TIME_MAX_MS');
  const before = own.residentBytes();
  const silent = await Promise.all(Array.from({ length: 300 }, () => RawConnection.open(own.origin)));
  await Promise.all(silent.map((raw) => raw.untilClosed()));
  assert.ok(own.residentBytes() - before < (isSanitized ? 32 : 4) * mib);
  await own.stop();
});

test('half a request line: 408', async (t) => {
  const own = await impatient(t, 'HEADER_TIME_MAX_MS');
  const raw = await RawConnection.open(own.origin);
  raw.write('GET / HT');
  assert.equal(statusOf(await raw.untilClosed()), 408);
  await own.stop();
});

test('a header that comes byte by byte is not waited for longer than one that does not come', async (t) => {
  const own = await impatient(t, 'HEADER_TIME_MAX_MS');
  const raw = await RawConnection.open(own.origin);
  raw.write(`GET / HTTP/1.1\r\nHost: ${hostOf(own)}\r\n`);
  const drip = setInterval(() => raw.write('X'), 20);
  const text = await raw.untilClosed();
  clearInterval(drip);
  assert.equal(statusOf(text), 408);
  await own.stop();
});

test('a body that does not come: 408', async (t) => {
  const own = await impatient(t, 'BODY_TIME_MAX_MS');
  const raw = await RawConnection.open(own.origin);
  raw.write(`POST /allow/ HTTP/1.1\r\nHost: ${hostOf(own)}\r\nContent-Length: 100\r\n\r\ncode=`);
  assert.equal(statusOf(await raw.untilClosed()), 408);
  await own.stop();
});

test('a connection that was served and then rests is closed', async (t) => {
  const own = await impatient(t, 'KEEP_ALIVE_TIME_MAX_MS');
  const raw = await RawConnection.open(own.origin);
  raw.write(`GET /v1/session HTTP/1.1\r\nHost: ${hostOf(own)}\r\n\r\n`);
  assert.equal(statusOf(await raw.untilClosed()), 401);
  await own.stop();
});

test('too large a header: 431; too large a body: 413, before it was sent', async () => {
  const head = await RawConnection.open(server.origin);
  head.write(`GET / HTTP/1.1\r\nHost: ${hostOf(server)}\r\nX-Long: ${'x'.repeat(4096)}\r\n\r\n`);
  assert.equal(statusOf(await head.untilClosed()), 431);
  const body = await RawConnection.open(server.origin);
  body.write(`POST /allow/ HTTP/1.1\r\nHost: ${hostOf(server)}\r\nContent-Length: 50331648\r\n\r\n`);
  assert.equal(statusOf(await body.untilClosed()), 413);
  const chunked = await RawConnection.open(server.origin);
  chunked.write(`POST /allow/ HTTP/1.1\r\nHost: ${hostOf(server)}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  chunked.write(`1fff\r\n${'x'.repeat(0x1fff)}\r\n`);
  assert.equal(statusOf(await chunked.untilClosed()), 413);
});

test('what two servers could read in two ways is refused: both lengths, two lengths, a space before the colon', async () => {
  const heads = [
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length : 5',
    'Transfer-Encoding: gzip, chunked',
    'Content-Length: +5',
    ' Content-Length: 5',
  ];
  for (const head of heads) {
    const raw = await RawConnection.open(server.origin);
    raw.write(`POST /allow/ HTTP/1.1\r\nHost: ${hostOf(server)}\r\n${head}\r\n\r\ncode=`);
    const status = statusOf(await raw.untilClosed());
    assert.ok(status === 400 || status === 501, `${head}: ${status}`);
  }
});

test('a WebSocket that never answers a ping is closed', async (t) => {
  const own = await impatient(t, 'HEARTBEAT_MS', 'CLOSE_TIME_MAX_MS');
  const raw = await RawConnection.open(own.origin);
  const key = randomBytes(16).toString('base64');
  raw.write(
    `GET /ws/ HTTP/1.1\r\nHost: ${hostOf(own)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const text = await raw.untilClosed();
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  assert.ok(text.includes(accept));
  assert.ok(text.includes('\x89'), 'it was asked by a ping');
  await own.stop();
});

test('a WebSocket that answers pings stays', async (t) => {
  // Each answer has a whole heartbeat to come in, which no machine is too busy for.
  const own = await Server.start({ t, users: ['Ada'], env: { LATCHKEY_LIMITS_HEARTBEAT_MS: '5000' } });
  const browser = own.stranger();
  t.after(() => browser.close());
  const { json } = await browser.post('/qrcode/');
  const page = await Page.classic(own.origin, json.token);
  let pings = 0;
  page.socket.on('ping', () => (pings += 1));
  // At the second ping the first has been answered in time.
  await eventually(() => pings >= 2, 'two pings');
  assert.equal(page.socket.readyState, 1);
  page.drop();
  browser.close();
  await own.stop();
});

test('one address may hold only so many connections, another is not touched', async (t) => {
  const own = await Server.start({
    t,
    users: ['Ada'],
    rateLimits: true,
    env: { LATCHKEY_LIMITS_CONNECTIONS_PER_PREFIX_MAX: '10' },
  });
  const browser = own.stranger({ localAddress: '127.0.0.2' });
  const { json } = await browser.post('/qrcode/');
  const pages = [];
  let refused;
  for (let count = 0; count < 30 && !refused; count += 1) {
    try {
      pages.push(await Page.classic(own.origin, json.token, { localAddress: '127.0.0.3' }));
    } catch (error) {
      refused = error;
    }
  }
  assert.ok(refused, '30 were too many');
  assert.equal(pages.length, 10);
  const page = await Page.classic(own.origin, json.token, { localAddress: '127.0.0.2' });
  for (const one of [...pages, page]) one.drop();
  browser.close();
  await own.stop();
});
