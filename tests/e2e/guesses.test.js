import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allow, collect, newClassicLogin, newLogin, scan } from './harness/calls.js';
import { Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { base32, fromBase32, sealedCode } from './harness/sealing.js';
import { Page } from './harness/socket.js';

/** Codes and tokens that were forged, altered, used or are too old; and whoever keeps guessing. */

let server;
let browser;
let ada;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = server.stranger();
  ada = await server.phone('Ada');
});
after(async () => {
  browser?.close();
  ada?.close();
  await server?.stop();
});

test('a code with any byte changed is unknown on both wires', async () => {
  const { token, code } = await newLogin(browser);
  const page = await Page.watch(server.origin, token);
  const bytes = fromBase32(code);
  for (let at = 0; at < bytes.length; at += 1) {
    const forged = Buffer.from(bytes);
    forged[at] ^= 1 << at % 8;
    const answer = await scan(ada, base32(forged));
    assert.deepEqual([answer.status, answer.problem], [404, 'code-unknown'], `byte ${at}`);
    assert.equal((await allow(ada, base32(forged))).text, '{"msg":"code not existed","status":-400}', `byte ${at}`);
  }
  assert.equal((await scan(ada, code)).status, 201, 'the true one works');
  page.drop();
});

test('a code is written in one way only: the bits after its last byte are zero', async () => {
  const { token, code } = await newLogin(browser);
  const page = await Page.watch(server.origin, token);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  // 36 letters carry 180 bits, 22 bytes are 176: the last four bits mean nothing.
  const last = letters.indexOf(code.at(-1));
  for (let more = 1; more < 16; more += 1) {
    const twin = code.slice(0, -1) + letters[last + more];
    const answer = await scan(ada, twin);
    assert.deepEqual([answer.status, answer.problem], [404, 'code-unknown'], twin.at(-1));
  }
  page.drop();
});

test('a code that another installation made is unknown', async (t) => {
  const other = await Server.start({ t, users: ['Ada'] });
  const foreign = sealedCode(other.data);
  await other.stop();
  const answer = await scan(ada, foreign);
  assert.deepEqual([answer.status, answer.problem], [404, 'code-unknown']);
});

test('a code of a step that is still to come is unknown, one of a step before the last has run out', async () => {
  for (const step of [12, 59, 0xff8]) {
    const answer = await scan(ada, sealedCode(server.data, { step }));
    assert.deepEqual([answer.status, answer.problem], [404, 'code-unknown'], `step ${step}`);
  }
  for (const step of [0, 1, 11]) {
    const answer = await scan(ada, sealedCode(server.data, { step, ageSeconds: 130 }));
    assert.deepEqual([answer.status, answer.problem], [410, 'code-expired'], `step ${step}`);
  }
});

test('a code older than two minutes has run out, one from the future is unknown', async () => {
  const old = await scan(ada, sealedCode(server.data, { ageSeconds: 121 }));
  assert.deepEqual([old.status, old.problem], [410, 'code-expired']);
  const ancient = await scan(ada, sealedCode(server.data, { ageSeconds: 10 * 365 * 86_400 }));
  assert.deepEqual([ancient.status, ancient.problem], [410, 'code-expired']);
  const future = await scan(ada, sealedCode(server.data, { ageSeconds: -3600 }));
  assert.ok([404, 410].includes(future.status), future.text);
});

test('a good code that no page shows starts nothing', async () => {
  const answer = await scan(ada, sealedCode(server.data, { ageSeconds: 5 }));
  assert.deepEqual([answer.status, answer.problem], [409, 'not-on-screen']);
});

test('a used code starts nothing a second time', async () => {
  const { token, code } = await newLogin(browser);
  const page = await Page.watch(server.origin, token);
  const { json } = await scan(ada, code);
  await ada.post(`/v1/scans/${json.id}/approve`, { json: {} });
  await collect(browser, token);
  browser.jar.cookies.delete('latchkey_session');
  const again = await scan(ada, code);
  assert.ok([409, 410].includes(again.status), again.text);
  const twice = await ada.post(`/v1/scans/${json.id}/approve`, { json: {} });
  assert.equal(twice.status, 409, twice.text);
  page.drop();
});

test('a token with any byte changed opens nothing: not the poll, not the socket, not a session', async () => {
  const { token, code } = await newClassicLogin(browser);
  await allow(ada, code);
  const bytes = Buffer.from(token, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes);
    altered[at] ^= 1 << at % 8;
    const forged = altered.toString('base64url');
    assert.equal((await browser.get(`/qrcode/?token=${forged}`)).text, '{"status":false,"msg":"token invalid"}');
    assert.equal((await collect(browser, forged)).problem, 'token-invalid', `byte ${at}`);
    if (at % 8 > 0) continue;
    const page = await Page.open(server.origin, { protocol: 'latchkey.v1' });
    page.say({ type: 'watch', token: forged });
    assert.equal(await page.closeCode(), 4001, `byte ${at}`);
  }
});

test('an account or an id that the phone names in the body changes nothing', async () => {
  const maker = server.stranger();
  const made = await maker.post('/v1/logins', { json: { token: 'mine', id: 'AAAA', key: 'mine', step: 1, code: 'MINE' } });
  assert.ok([201, 400].includes(made.status));
  assert.ok(!made.text.includes('mine') && !made.text.includes('MINE'), 'nothing that the client sent is taken over');
  const { token, code } = await newLogin(maker);
  const page = await Page.watch(server.origin, token);
  const scanned = await ada.post('/v1/scans', { json: { code, account: { id: 'x', name: 'Grace' }, name: 'Grace' } });
  assert.equal(scanned.status, 201, scanned.text);
  assert.equal(scanned.json.account.name, 'Ada');
  assert.equal((await page.next()).name, 'Ada');
  page.drop();
  maker.close();
});

test('the parts of a login do not stand for each other', async () => {
  const { token, code } = await newLogin(browser);
  assert.equal((await scan(ada, token)).status, 404, 'a token is no code');
  assert.equal((await browser.get(`/qrcode/?token=${code}`)).status, 400, 'a code is no token');
  assert.equal((await collect(browser, browser.jar.value('latchkey_browser'))).status, 401, 'a cookie is no token');
});

/** Five tries at once, one more every minute (or so many): however slow the machine, none comes back during a test. */
function guarded(t, perMinute = 1) {
  return Server.start({
    t,
    users: ['Ada'],
    rateLimits: true,
    env: { LATCHKEY_LIMITS_FAILURES_BURST: '5', LATCHKEY_LIMITS_FAILURES_PER_MINUTE: String(perMinute) },
  });
}

test('who guesses tokens is told to wait, and only who guesses', async (t) => {
  const own = await guarded(t);
  const guesser = own.stranger();
  const good = await newClassicLogin(guesser);
  const statuses = [];
  let refused;
  for (let guess = 0; guess < 10; guess += 1) {
    const answer = await guesser.get(`/qrcode/?token=${'A'.repeat(54)}`);
    statuses.push(answer.status);
    if (answer.status === 429) refused = answer;
  }
  assert.deepEqual(statuses.slice(0, 5), [400, 400, 400, 400, 400]);
  assert.ok(refused, `guessing was slowed down: ${statuses}`);
  assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);

  const neighbour = own.stranger({ localAddress: '127.0.0.2', jar: guesser.jar });
  assert.equal((await neighbour.get(`/qrcode/?token=${good.token}`)).status, 200, 'another address is not touched');
  assert.equal((await guesser.get(`/qrcode/?token=${good.token}`)).status, 200, 'nor is who has the right one');
  const page = await Page.open(own.origin);
  page.say({ token: 'A'.repeat(54) });
  assert.equal(await page.closeCode(), 4201, 'on the socket as well');
  guesser.close();
  neighbour.close();
  await own.stop();
});

test('who guessed may ask again after a while', async (t) => {
  const own = await guarded(t, 60);
  const guesser = own.stranger();
  t.after(() => guesser.close());
  // A try comes back each second: a machine that is slower than that is refused nothing, and goes on until it is.
  await eventually(async () => {
    const wrong = await Promise.all(Array.from({ length: 10 }, () => guesser.get(`/qrcode/?token=${'A'.repeat(54)}`)));
    return wrong.some(({ status }) => status === 429);
  }, 'the guesser is told to wait');
  const after = await eventually(async () => {
    const answer = await guesser.get(`/qrcode/?token=${'A'.repeat(54)}`);
    return answer.status !== 429 && answer;
  }, 'the guesser may ask again');
  assert.equal(after.text, '{"status":false,"msg":"token invalid"}');
  guesser.close();
  await own.stop();
});

test('who guesses codes, on either wire, or tokens on the socket, is told to wait', async (t) => {
  const own = await guarded(t);
  const addresses = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];
  const phones = [];
  for (const localAddress of addresses) phones.push(await own.phone('Ada', { localAddress }));
  const untilRefused = async (guess, what, refusal = 429) => {
    for (let tries = 1; tries <= 20; tries += 1) {
      if ((await guess()) === refusal) return tries;
    }
    return assert.fail(`${what}: 20 guesses and no ${refusal}`);
  };
  const forged = 'A'.repeat(36);
  assert.ok((await untilRefused(async () => (await scan(phones[0], forged)).status, 'scan')) > 5);
  assert.ok((await untilRefused(async () => (await allow(phones[1], forged)).status, 'allow')) > 5);
  const viaSocket = async () => {
    const page = await Page.open(own.origin, { protocol: 'latchkey.v1', localAddress: addresses[2] });
    page.say({ type: 'watch', token: 'A'.repeat(54) });
    return page.closeCode();
  };
  assert.ok((await untilRefused(viaSocket, 'socket', 4201)) > 5);
  for (const phone of phones) phone.close();
  await own.stop();
});

test('who guesses passwords is told to wait', async (t) => {
  const own = await guarded(t);
  const guesser = own.stranger();
  let refused;
  for (let guess = 0; guess < 20 && !refused; guess += 1) {
    const answer = await guesser.post('/v1/session', { json: { name: 'Ada', password: `guess number ${guess}` } });
    if (answer.status === 429) refused = answer;
    else assert.deepEqual([answer.status, answer.problem], [401, 'wrong-credentials']);
  }
  assert.ok(refused, 'guessing was slowed down');
  assert.equal(refused.problem, 'too-many-requests');
  assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
  guesser.close();
  await own.stop();
});

test('over the budget of requests the answer is 429 with Retry-After', async (t) => {
  const own = await Server.start({
    t,
    users: ['Ada'],
    rateLimits: true,
    env: { LATCHKEY_LIMITS_REQUESTS_BURST: '20', LATCHKEY_LIMITS_REQUESTS_PER_SECOND: '1' },
  });
  const asker = own.stranger();
  let refused;
  for (let count = 0; count < 200 && !refused; count += 1) {
    const answer = await asker.post('/qrcode/');
    if (answer.status === 429) refused = answer;
  }
  assert.ok(refused, '200 requests at once were too many');
  assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
  const neighbour = own.stranger({ localAddress: '127.0.0.2' });
  assert.equal((await neighbour.post('/qrcode/')).status, 200);
  asker.close();
  neighbour.close();
  await own.stop();
});
