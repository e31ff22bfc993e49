// Node's `ws`, a client that is not ours, against latchkey-echo. Run with LATCHKEY_ECHO=path node --test ws.test.js.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import WebSocket from 'ws';

import { echoServer } from './echo.js';

const echo = echoServer('--message-bytes-max', '1048576');

async function open(options = {}) {
  const socket = new WebSocket(`ws://${echo.host}/`, options);
  await once(socket, 'open');
  return socket;
}

async function closed(socket) {
  const [code, reason] = await once(socket, 'close');
  return { code, reason: reason.toString() };
}

async function next(socket) {
  const [data, isBinary] = await once(socket, 'message');
  return isBinary ? data : data.toString();
}

test('text and binary come back', async () => {
  const socket = await open();
  for (const message of ['', 'κόσμε 😀', 'x'.repeat(70_000), Buffer.alloc(0), randomBytes(70_000)]) {
    const answer = next(socket);
    socket.send(message);
    assert.deepEqual(await answer, message);
  }
  socket.close();
  await closed(socket);
});

test('fragments come back as one message', async () => {
  const socket = await open();
  const answer = next(socket);
  socket.send('κό', { fin: false });
  socket.send('σ', { fin: false });
  socket.ping('between');
  socket.send('με', { fin: true });
  assert.equal(await answer, 'κόσμε');
  socket.terminate();
});

test('pings are answered with their data', async () => {
  const socket = await open();
  const answer = once(socket, 'pong');
  socket.ping(Buffer.from('data'));
  assert.equal((await answer)[0].toString(), 'data');
  socket.terminate();
});

test('many messages in flight keep their order', async () => {
  const socket = await open();
  const answers = [];
  const all = new Promise((resolve) => {
    socket.on('message', (data) => {
      answers.push(Number(data));
      if (answers.length === 5000) resolve();
    });
  });
  for (let number = 0; number < 5000; number += 1) socket.send(String(number));
  await all;
  assert.deepEqual(answers, [...answers.keys()]);
  socket.terminate();
});

for (const code of [1000, 3000, 4000, 4999]) {
  test(`both close with ${code}`, async () => {
    const socket = await open();
    socket.close(code, 'bye');
    assert.equal((await closed(socket)).code, code);
  });
}

test('a goodbye behind much that is unread still comes', async () => {
  const socket = await open();
  let bytes = 0;
  socket.on('message', (data) => (bytes += data.length));
  for (let i = 0; i < 64; i += 1) socket.send(Buffer.alloc(100_000));
  socket.close(1000);
  assert.equal((await closed(socket)).code, 1000);
  assert.equal(bytes, 6_400_000);
});

test('a message too big is 1009', async () => {
  const socket = await open();
  socket.on('error', () => {});
  socket.send(Buffer.alloc(2 * 1024 * 1024));
  assert.equal((await closed(socket)).code, 1009);
});

test('compression that is offered is declined', async () => {
  const socket = await open({ perMessageDeflate: true });
  assert.equal(socket.extensions, '');
  const answer = next(socket);
  socket.send('x'.repeat(5000));
  assert.equal(await answer, 'x'.repeat(5000));
  socket.terminate();
});

test('a crowd is served', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, number) => {
      const socket = await open();
      const answer = next(socket);
      socket.send(`visitor ${number}`);
      const heard = await answer;
      socket.terminate();
      return heard;
    }),
  );
  assert.deepEqual(answers, Array.from({ length: 300 }, (_, number) => `visitor ${number}`));
});
