// Two HTTP clients that are not ours, npm's `eventsource` and Node's `fetch`, against the event streams and long polls of
// latchkey-echo. Run with LATCHKEY_ECHO=path node --test events.test.js.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';

import { EventSource } from 'eventsource';

import { echoServer } from './echo.js';

const echo = echoServer('--heartbeat-ms', '300');

const url = (path, query) => `http://${echo.host}${path}?${new URLSearchParams(query)}`;

const next = async (source, type = 'message') => (await once(source, type))[0].data;

for (const [name, text] of [
  ['a word', 'hello'],
  ['nothing', ''],
  ['many lines', '\none\n\ntwo\n'],
  ['what looks like an event', 'x\n\nevent: close\ndata: y\n\n: z'],
  ['beyond ASCII', 'κόσμε 😀\u2028\ufeff'],
  ['spaces around', ' \t x '],
  ['8,000 characters', 'x'.repeat(8000)],
]) {
  test(`${name} comes as it is`, async () => {
    const source = new EventSource(url('/events', { say: text }));
    assert.equal(await next(source), text);
    source.close();
  });
}

test('every end of a line is one', async () => {
  const source = new EventSource(url('/events', { say: 'one\rtwo\r\nthree' }));
  assert.equal(await next(source), 'one\ntwo\nthree');
  source.close();
});

test('many events come, each by itself', async () => {
  const source = new EventSource(url('/events', { say: 'x'.repeat(100), times: 5000 }));
  let events = 0;
  await new Promise((resolve) => {
    source.addEventListener('message', ({ data }) => {
      assert.equal(data.length, 100);
      events += 1;
      if (events === 5000) resolve();
    });
  });
  source.close();
});

test('the last event says why, and the client comes back', async () => {
  const source = new EventSource(url('/events', { say: 'here', close: 4200 }));
  let opened = 0;
  source.addEventListener('open', () => (opened += 1));
  assert.deepEqual(JSON.parse(await next(source, 'close')), { code: 4200, reason: 'as you like' });
  await next(source, 'close');
  assert.equal(opened, 2);
  source.close();
});

test('comments are no events, and what comes behind them is', async () => {
  const source = new EventSource(url('/events', { after_ms: 1000 }));
  const heard = [];
  source.addEventListener('message', ({ data }) => heard.push(data));
  assert.equal(await next(source), '"late"');
  assert.deepEqual(heard, ['"late"']);
  source.close();
});

test('a comment comes with each heartbeat', async () => {
  const [answer] = await once(http.get(url('/events', {})), 'response');
  assert.equal(answer.headers['content-type'], 'text/event-stream');
  answer.setEncoding('utf8');
  let body = '';
  for await (const part of answer) {
    body += part;
    if (body.length >= 9) break;
  }
  assert.equal(body, ':\n\n:\n\n:\n\n');
});

test('a refusal is an error, for good', async () => {
  const source = new EventSource(url('/events', { refuse: '' }));
  const [error] = await once(source, 'error');
  assert.equal(error.code, 401);
  assert.equal(source.readyState, EventSource.CLOSED);
});

test('a stream that ended leaves its connection to the next request', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (let i = 0; i < 5; i += 1) {
    const [answer] = await once(http.get(url('/events', { say: i, close: 1000 }), { agent }), 'response');
    ports.add(answer.socket.localPort);
    let body = '';
    for await (const part of answer.setEncoding('utf8')) body += part;
    assert.equal(body, `data: ${i}\n\nevent: close\ndata: {"code":1000,"reason":"as you like"}\n\n`);
  }
  assert.equal(ports.size, 1);
  agent.destroy();
});

test('a long poll is answered when there is something to say', async () => {
  for (const query of [{ say: '{"type":"scanned"}' }, { after_ms: 300 }]) {
    const answer = await fetch(url('/poll', query));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.deepEqual(await answer.json(), query.say ? { type: 'scanned' } : 'late');
  }
});

test('a long poll that is closed has a status', async () => {
  for (const [code, status] of [[1000, 204], [4000, 400], [4001, 401], [4100, 410], [4200, 503]]) {
    const answer = await fetch(url('/poll', { close: code }));
    assert.equal(answer.status, status);
    if (status !== 204) assert.equal((await answer.json()).detail, 'as you like');
  }
});

test('a client may go in the middle', async () => {
  for (const path of ['/events', '/poll']) {
    const going = new AbortController();
    const answer = fetch(url(path, {}), { signal: going.signal }).then((stream) => stream.text());
    setImmediate(() => going.abort());
    await assert.rejects(answer, { name: 'AbortError' });
  }
});

test('a crowd is served', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, number) => {
      const source = new EventSource(url('/events', { say: `visitor ${number}` }));
      const heard = await next(source);
      source.close();
      return heard;
    }),
  );
  assert.deepEqual(answers, Array.from({ length: 300 }, (_, number) => `visitor ${number}`));
});
