import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { becomesSignedIn, collect, decide, newClassicLogin, newLogin, opened, scan } from './harness/calls.js';
import { Server } from './harness/latchkey.js';
import * as seal from './harness/sealing.js';
import { Page } from './harness/socket.js';

/**
 * The six flaws that a study found in the wild (USENIX Security 2025), each tried on the running server by somebody who knows
 * the protocol.
 */

let server;
let ada;
let mallory;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Mallory'] });
  ada = await server.phone('Ada');
  mallory = await server.phone('Mallory');
});
after(async () => {
  for (const asker of [ada, mallory]) asker?.close();
  await server?.stop();
});

/** A login that a page shows. */
async function shownLogin(t) {
  const maker = server.stranger();
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token);
  t.after(() => {
    page.drop();
    maker.close();
  });
  return { maker, login, page };
}

function refusal({ status, problem, cookies }) {
  assert.deepEqual(cookies.filter(({ name }) => name.includes('session')), [], 'no session comes with it');
  return [status, problem];
}

test('unbound session: all that stands in the code, its link and its page signs nobody in', async (t) => {
  const { maker, login, page } = await shownLogin(t);
  const { handle } = await opened(mallory, login.code);
  const { json } = await scan(ada, login.code);
  assert.equal((await decide(ada, json.id, 'approve')).status, 200);
  for (const type of ['scanned', 'approved']) assert.equal((await page.next()).type, type);

  const thief = server.stranger();
  await newLogin(thief);
  const { login: id, key } = login.rotation;
  for (const bearer of [login.code, id, key, handle, json.id, seal.userCode(seal.readRing(server.data)[0], Buffer.from(id, 'base64url'))]) {
    assert.deepEqual(refusal(await collect(thief, bearer)), [401, 'token-invalid'], 'what can be seen is no token');
    assert.deepEqual(refusal(await collect(maker, bearer)), [401, 'token-invalid'], 'not even in the browser that made the login');
  }
  assert.deepEqual(refusal(await collect(thief, login.token)), [403, 'wrong-browser'], 'the token alone, with the cookie of another browser');
  thief.jar.cookies.clear();
  assert.deepEqual(refusal(await collect(thief, login.token)), [403, 'wrong-browser'], 'the token alone');
  const cookie = maker.jar.value('latchkey_browser');
  assert.deepEqual(refusal(await thief.post('/v1/logins/current/collect', { headers: { Cookie: `latchkey_browser=${cookie}` } })), [401, 'token-invalid'], 'the cookie alone');
  await becomesSignedIn(maker, login.token, 'Ada');
  thief.close();
});

test('reusable code: what was scanned, answered or collected once starts nothing more, for anybody', async (t) => {
  const { maker, login } = await shownLogin(t);
  const { code } = login;
  const { handle } = await opened(maker, code);
  const { json } = await scan(ada, code);
  const tries = async () => [
    refusal(await scan(mallory, code)),
    refusal(await mallory.post('/v1/scans', { json: { handle } })),
  ];
  assert.deepEqual(await tries(), [[409, 'already-scanned'], [409, 'already-scanned']]);
  assert.equal((await decide(ada, json.id, 'approve')).status, 200);
  assert.deepEqual(refusal(await decide(ada, json.id, 'approve')), [409, 'already-decided']);
  assert.deepEqual(await tries(), [[409, 'already-scanned'], [409, 'already-scanned']]);
  await becomesSignedIn(maker, login.token, 'Ada');
  maker.jar.cookies.delete('latchkey_session');
  assert.deepEqual(refusal(await collect(maker, login.token)), [409, 'already-collected']);
  assert.deepEqual(await tries(), [[409, 'already-scanned'], [409, 'already-scanned']]);
  for (const again of [await scan(ada, code), await decide(ada, json.id, 'approve'), await ada.post('/v1/scans', { json: { handle } })]) {
    assert.deepEqual(refusal(again), [409, 'already-decided']);
  }
});

test('predictable id: neighbours of a login share nothing but the second, and nobody can name one', async () => {
  const maker = server.stranger();
  const ids = [];
  for (let made = 0; made < 200; made += 1) ids.push(Buffer.from((await newLogin(maker)).rotation.login, 'base64url'));
  const tails = ids.map((id) => id.subarray(4));
  assert.equal(new Set(tails.map((tail) => tail.toString('hex'))).size, ids.length, 'all different');
  for (let bit = 0; bit < 64; bit += 1) {
    const ones = tails.filter((tail) => tail[bit >> 3] & (1 << bit % 8)).length;
    // Of 200 fair coins fewer than 40 or more than 160 heads never come (p < 1e-17).
    assert.ok(ones >= 40 && ones <= 160, `bit ${bit} of the random part is ${ones} times 1`);
  }
  const [first] = ids;
  for (const delta of [1, -1]) {
    const next = Buffer.from(first);
    next.writeBigUInt64BE((first.readBigUInt64BE(4) + BigInt(delta)) & 0xffff_ffff_ffff_ffffn, 4);
    const named = { login: next.toString('base64url'), key: randomBytes(16).toString('base64url'), field: 0 };
    assert.deepEqual(refusal(await scan(mallory, seal.codeOfStep(named, 0))), [404, 'code-unknown']);
    assert.deepEqual(refusal(await decide(mallory, next.toString('base64url'), 'approve')), [404, 'login-unknown']);
  }
  maker.close();
});

test('controllable id: nothing that a client sends becomes part of its login', async () => {
  const maker = server.stranger();
  const wanted = Buffer.concat([seal.loginMadeAt(Math.floor(Date.now() / 1000))]).toString('base64url');
  const key = randomBytes(16).toString('base64url');
  const sent = { id: wanted, login: wanted, token: 'A'.repeat(54), key, field: 7, step: 7, code: 'A'.repeat(36), rotation: { login: wanted, key, field: 7 } };
  const query = new URLSearchParams({ id: wanted, login: wanted, key, code: sent.code });
  for (const [path, more] of [
    ['/v1/logins', { json: sent }],
    [`/v1/logins?${query}`, { json: {} }],
    ['/v1/logins', { json: {}, headers: { Authorization: `Bearer ${sent.token}`, 'X-Login': wanted } }],
    ['/qrcode/', { form: { id: wanted, token: sent.token, code: sent.code } }],
  ]) {
    const { status, text } = await maker.post(path, more);
    assert.ok(status < 300, text);
    for (const value of [wanted, key, sent.token, sent.code]) assert.ok(!text.includes(value), `${path} takes nothing over`);
  }
  // A browser cookie of the attacker's making is replaced or kept, but a login is bound to whatever it is, not named by it.
  const planted = server.stranger();
  const shape = await planted.post('/v1/logins', { json: {}, headers: { Cookie: 'latchkey_browser=attacker' } });
  const cookie = shape.cookies.find(({ name }) => name === 'latchkey_browser');
  assert.match(cookie.value, /^[\w-]{22}$/, 'what is no cookie of ours is not kept');
  for (const asker of [maker, planted]) asker.close();
});

test('weak token validation: a phone is believed for its session alone, whatever it says it is', async (t) => {
  const { login, page } = await shownLogin(t);
  const session = (await ada.get('/v1/session')).json;
  const claims = { account: session.account, account_id: session.account.id, user: session.account, user_id: session.account.id, name: 'Ada', session: session.session.id };
  const nobody = server.stranger();
  const said = { json: { code: login.code, ...claims } };
  assert.deepEqual(refusal(await nobody.post('/v1/scans', said)), [401, 'not-signed-in']);
  for (const value of [session.account.id, session.session.id, 'A'.repeat(43), ada.jar.value('latchkey_session').slice(0, -1)]) {
    const headers = { Cookie: `latchkey_session=${value}`, Authorization: `Bearer ${value}` };
    assert.deepEqual(refusal(await nobody.post('/v1/scans', { ...said, headers })), [401, 'not-signed-in']);
  }
  const scanned = await mallory.post('/v1/scans', said);
  assert.equal(scanned.json.account.name, 'Mallory');
  assert.equal((await page.next()).name, 'Mallory', 'and so the screen is told');
  for (const answer of ['approve', 'deny', 'report', 'end']) {
    assert.deepEqual(refusal(await decide(ada, scanned.json.id, answer)), [403, 'not-yours'], `${answer} by another account`);
    assert.deepEqual(refusal(await decide(nobody, scanned.json.id, answer, claims)), [401, 'not-signed-in'], `${answer} by nobody`);
  }
  const over = await server.phone('Mallory');
  const cookie = over.jar.value('latchkey_session');
  await over.delete('/v1/session');
  const late = await nobody.post(`/v1/scans/${scanned.json.id}/approve`, { json: {}, headers: { Cookie: `latchkey_session=${cookie}` } });
  assert.deepEqual(refusal(late), [401, 'not-signed-in'], 'a session that has ended');
  for (const asker of [nobody, over]) asker.close();
});

/** What a page may be told of its login before anybody is signed in, by frame. */
const frames = {
  hello: ['type', 'seq', 'v', 'heartbeat_ms', 'resume_ms'],
  waiting: ['type', 'seq'],
  scanned: ['type', 'seq', 'name'],
  approved: ['type', 'seq'],
  denied: ['type', 'seq', 'reason'],
};

test('data leak: a page is told the name of who scanned and no more, and answers of /v1 are on a list (answers.test.js)', async (t) => {
  const { maker, login, page } = await shownLogin(t);
  const { json } = await scan(ada, login.code);
  const polled = await maker.get('/v1/logins/current', { headers: { Authorization: `Bearer ${login.token}` } });
  assert.deepEqual(Object.keys(polled.json), frames.scanned, 'over a poll');
  assert.equal((await decide(ada, json.id, 'approve')).status, 200);
  for (const type of ['scanned', 'approved']) assert.equal((await page.next()).type, type);
  for (const text of page.frames) {
    const frame = JSON.parse(text);
    assert.deepEqual(Object.keys(frame), frames[frame.type], frame.type);
    for (const secret of [json.account.id, login.token, login.rotation.key]) assert.ok(!text.includes(secret), frame.type);
  }
  const classic = await newClassicLogin(maker);
  assert.deepEqual(Object.keys((await maker.get(`/qrcode/?token=${classic.token}`)).json), ['status', 'msg']);
});
