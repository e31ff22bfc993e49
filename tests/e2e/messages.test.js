import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { newClassicLogin, newLogin } from './harness/calls.js';
import { filesOf, rowsOf } from './harness/data.js';
import { RawConnection } from './harness/http.js';
import { isSanitized, Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { Page } from './harness/socket.js';

/** What a hostile page or phone may send: a clear error, a close code, nothing of the inside, a bounded cost. */

const mib = 1024 * 1024;
let server;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = server.stranger({ sockets: 8 });
});
after(async () => {
  browser?.close();
  await server?.stop();
});

const badForAll = {
  'no JSON': 'hello',
  'nothing': '',
  'half of an object': '{"token":',
  'two values': '{"token":"a"}{"token":"a"}',
  'an array': '[]',
  'a number': '7',
  'a token that is no text': '{"type":"watch","token":{"a":1}}',
  'a token twice': '{"type":"watch","token":"a","token":"b"}',
  'deep arrays': `{"type":"watch","token":${'['.repeat(1500)}${']'.repeat(1500)}}`,
  'deep objects beside the token': `{"type":"watch","token":"a","more":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
  'a lone surrogate': '{"type":"watch","token":"\\ud800"}',
  'a lone surrogate as a name': '{"type":"watch","\\udfff":1,"token":"a"}',
  'a bad escape': '{"type":"watch","token":"\\x41"}',
  'a control character': '{"type":"watch","token":"\u0001"}',
  'a comment': '{"type":"watch",/* */"token":"a"}',
};

/** What must never be told: paths, types, words of the libraries. */
const inside = /boost|std::|sqlite|exception|terminate|\.cpp|\/src\/|errno|syntax|json\b/i;

for (const [what, message] of Object.entries(badForAll)) {
  test(`a message that is ${what}: 4000 on both wires, in the same words`, async () => {
    const classic = await Page.open(server.origin);
    await classic.nextText();
    classic.say(message);
    assert.equal(await classic.nextText(), '{"status":"-1","msg":"message invalid"}');
    const closed = await classic.closed;
    assert.equal(closed.code, 4000);
    assert.doesNotMatch(closed.reason, inside);

    const page = await Page.open(server.origin, { protocol: 'latchkey.v1' });
    await page.nextText();
    page.say(message);
    assert.equal(await page.closeCode(), 4000);
    assert.equal(page.frames.length, 1, 'nothing but hello');
  });
}

test('a binary message: 4000, or 1003 by the protocol', async () => {
  const { token } = await newLogin(browser);
  for (const protocol of [undefined, 'latchkey.v1']) {
    const page = await Page.open(server.origin, { protocol });
    await page.nextText();
    page.say(Buffer.from(JSON.stringify({ type: 'watch', token })));
    assert.ok([4000, 1003].includes(await page.closeCode()), String(protocol));
  }
});

test('text that is no UTF-8 ends with 1007', async () => {
  const page = await Page.open(server.origin);
  page.socket.send(Buffer.from([0x7b, 0xed, 0xa0, 0x80, 0x7d]), { binary: false });
  assert.equal(await page.closeCode(), 1007);
});

test('a watch without its type is none on latchkey.v1', async () => {
  const { token } = await newLogin(browser);
  const page = await Page.open(server.origin, { protocol: 'latchkey.v1' });
  page.say({ token });
  assert.equal(await page.closeCode(), 4000);
});

test('an unknown member beside the token does no harm', async () => {
  const { token } = await newClassicLogin(browser);
  const page = await Page.open(server.origin);
  await page.nextText();
  page.say({ more: { a: [1, null, true] }, token });
  assert.equal(await page.nextText(), '{"status":false,"msg":"succeed"}');
  page.drop();
});

test('a message of 48 MiB: 1009, and the memory is bounded', async () => {
  const before = server.residentBytes();
  const whole = 'x'.repeat(48 * mib);
  for (const protocol of [undefined, 'latchkey.v1']) {
    const page = await Page.open(server.origin, { protocol });
    await page.nextText();
    page.socket.on('error', () => {});
    page.say(whole);
    assert.ok([1009, 1006].includes(await page.closeCode()), 'closed while it was sending');
    assert.equal(page.frames.length, 1);
  }
  assert.ok(server.residentBytes() - before < 16 * mib, `grew by ${server.residentBytes() - before} bytes`);
});

test('a message of 48 MiB in small fragments: 1009, and the memory is bounded', async () => {
  const before = server.residentBytes();
  const page = await Page.open(server.origin);
  page.socket.on('error', () => {});
  const fragment = 'x'.repeat(1024);
  for (let sent = 0; sent < 48 * 1024 && page.socket.readyState === 1; sent += 1) {
    page.socket.send(fragment, { fin: false });
    if (sent % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok([1009, 1006].includes(await page.closeCode()));
  assert.ok(server.residentBytes() - before < 16 * mib);
});

test('a frame that says it is 2^62 bytes long: 1009 at once', async () => {
  const raw = await upgraded();
  raw.write(Buffer.concat([Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0]), randomBytes(4)]));
  const text = await raw.untilClosed();
  assert.ok(text.includes(String.fromCharCode(0x88)), 'a close frame came');
  assert.ok(text.includes('\x03\xf1'), '1009');
});

test('a frame without a mask: 1002', async () => {
  const raw = await upgraded();
  raw.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
  assert.ok((await raw.untilClosed()).includes('\x03\xea'));
});

async function upgraded() {
  const raw = await RawConnection.open(server.origin);
  const key = randomBytes(16).toString('base64');
  raw.write(
    `GET /ws/ HTTP/1.1\r\nHost: ${new URL(server.origin).host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  await eventually(() => raw.received.includes(accept), 'the handshake');
  return raw;
}

const badBodies = ['', 'hello', '[]', '{"code":5}', '{"code":"\\ud800"}', `{"code":${'['.repeat(5000)}`, '{"code":"a","code":"b"}'];

test('bodies that are no JSON, or not the right one: 4xx in plain words', async () => {
  const ada = await server.phone('Ada');
  for (const path of ['/v1/scans', '/v1/session', '/v1/join']) {
    for (const body of badBodies) {
      const answer = await ada.post(path, { body, headers: { 'Content-Type': 'application/json' } });
      assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${body.slice(0, 20)}: ${answer.status}`);
      assert.match(answer.headers['content-type'], /^application\/problem\+json/);
      assert.doesNotMatch(answer.text, /boost|std::|sqlite|exception|\.cpp|\/src\/|errno/i);
    }
  }
  ada.close();
});

test('a body of another type is not read as JSON', async () => {
  const ada = await server.phone('Ada');
  const { code } = await newClassicLogin(browser);
  const answer = await ada.post('/v1/scans', { body: JSON.stringify({ code }), headers: { 'Content-Type': 'text/plain' } });
  assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
  const signIn = await browser.post('/v1/session', {
    body: JSON.stringify({ name: 'Ada', password: 'correct horse battery staple' }),
    headers: { 'Content-Type': 'text/plain' },
  });
  assert.ok(signIn.status >= 400 && signIn.status < 500, signIn.text);
  ada.close();
});

test('20,000 POST /qrcode/ write nothing and leave no memory behind', async (t) => {
  const own = await Server.start({ t, users: ['Ada'] });
  const crowd = Array.from({ length: 8 }, () => own.stranger());
  const ask = async (asker, times) => {
    for (let count = 0; count < times; count += 1) {
      const { status } = await asker.post('/qrcode/');
      assert.equal(status, 200);
    }
  };
  await Promise.all(crowd.map((asker) => ask(asker, 250)));
  const files = filesOf(own.data);
  const before = own.residentBytes();
  await Promise.all(crowd.map((asker) => ask(asker, 2500)));
  const grown = own.residentBytes() - before;
  assert.deepEqual(filesOf(own.data), files, 'no byte of the data directory changed');
  assert.ok(grown < (isSanitized ? 48 : 4) * mib, `grew by ${grown} bytes`);
  assert.equal(rowsOf(own.data, 'logins'), 0);
  assert.equal(rowsOf(own.data, 'sessions'), 0);
  for (const asker of crowd) asker.close();
  await own.stop();
});
