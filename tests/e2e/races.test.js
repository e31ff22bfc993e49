import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as calls from './harness/calls.js';
import { Server } from './harness/latchkey.js';
import { Page } from './harness/socket.js';

/** What the original design lost or gave away when two things happened at once, or when something broke in between. */

const { allow, becomesSignedIn, collect, decide, newClassicLogin, newLogin, scan } = calls;
const rounds = 100;
const succeeded = '{"status":true,"msg":"succeed"}';
let server;
let browser;
let ada;
let grace;
/** Who says no: for a while after that, an approval of theirs wants a number. */
let dora;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Dora', 'Grace'] });
  browser = server.stranger({ sockets: 4 });
  ada = await server.phone('Ada');
  grace = await server.phone('Grace');
  dora = await server.phone('Dora');
});
after(async () => {
  for (const asker of [browser, ada, dora, grace]) asker?.close();
  await server?.stop();
});

test(`two phones at once, ${rounds} times: one wins, the other is told`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { token, code } = await newClassicLogin(browser);
    const answers = await Promise.all([allow(ada, code), allow(grace, code)]);
    const texts = answers.map(({ text }) => text).sort();
    assert.deepEqual(texts, ['{"msg":"expired","status":-1}', '{"msg":"succeed","status":0}'], `round ${round}`);
    if (round % 10 > 0) continue;
    const winner = answers[0].status === 200 ? 'Ada' : 'Grace';
    const one = server.stranger({ jar: browser.jar });
    await becomesSignedIn(one, token, winner);
    browser.jar.cookies.delete('latchkey_session');
    one.close();
  }
});

test(`two phones scan at once, ${rounds} times: one gets the sheet, the other may not decide`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { token, code } = await newLogin(browser);
    const page = await Page.watch(server.origin, token);
    const [first, second] = await Promise.all([scan(ada, code), scan(grace, code)]);
    assert.deepEqual([first.status, second.status].sort(), [201, 409], `round ${round}`);
    const [won, winner, loser, name] = first.status === 201 ? [first, ada, grace, 'Ada'] : [second, grace, ada, 'Grace'];
    const lost = won === first ? second : first;
    assert.equal(lost.problem, 'already-scanned');
    assert.deepEqual(await page.next(), { type: 'scanned', seq: 2, name });

    const foreign = await decide(loser, won.json.id, 'approve');
    assert.deepEqual([foreign.status, foreign.problem], [403, 'not-yours']);
    assert.equal((await decide(winner, won.json.id, 'approve')).text, '{"state":"approved"}');
    assert.deepEqual(await page.next(), { type: 'approved', seq: 3 });
    page.drop();
  }
});

test(`yes and no at once, ${rounds} times: the first answer counts and the page hears that one`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { token, code } = await newLogin(browser);
    const page = await Page.watch(server.origin, token);
    const { json } = await scan(dora, code);
    const { type, number } = await page.next();
    assert.equal(type, 'scanned');
    const other = server.stranger({ jar: dora.jar });
    const [yes, no] = await Promise.all([decide(dora, json.id, 'approve', { number }), decide(other, json.id, 'deny')]);
    other.close();
    assert.deepEqual([yes.status, no.status].sort(), [200, 409], `round ${round}`);
    assert.equal((yes.status === 409 ? yes : no).problem, 'already-decided');
    assert.equal((await page.next()).type, yes.status === 200 ? 'approved' : 'denied');
    page.drop();
  }
});

test(`an approval that races the classic subscribe is never lost, ${2 * rounds} times`, async () => {
  for (let round = 0; round < 2 * rounds; round += 1) {
    const { token, code } = await newClassicLogin(browser);
    const page = await Page.open(server.origin);
    await page.nextText();
    // Both leave in the same moment; every other round the approval goes first.
    const subscribe = () => page.say({ token });
    if (round % 2 === 0) subscribe();
    const approval = allow(ada, code);
    if (round % 2 === 1) subscribe();
    assert.equal((await approval).status, 200);
    let told = await page.nextText();
    if (told === '{"status":false,"msg":"succeed"}') told = await page.nextText();
    assert.equal(told, succeeded, `round ${round}`);
    page.drop();
  }
});

test(`an approval that races a reconnect of the page is never lost, ${rounds} times`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { token, code } = await newLogin(browser);
    const before = await Page.watch(server.origin, token);
    const { json } = await scan(ada, code);
    const approval = decide(ada, json.id, 'approve');
    before.drop();
    const page = await Page.watch(server.origin, token);
    assert.equal((await approval).status, 200);
    const last = page.first.type === 'approved' ? page.first : await page.next();
    assert.equal(last.type, 'approved', `round ${round}`);
    page.drop();
  }
});

test('a socket that dropped and came back is told what happened meanwhile', async () => {
  const { token, code } = await newLogin(browser);
  const first = await Page.watch(server.origin, token);
  assert.deepEqual(first.first, { type: 'waiting', seq: 1 });
  const { json } = await scan(ada, code);
  assert.equal((await first.next()).type, 'scanned');
  first.drop();

  const second = await Page.watch(server.origin, token);
  assert.deepEqual(second.first, { type: 'scanned', seq: 1, name: 'Ada' });
  second.drop();
  await decide(ada, json.id, 'approve');

  const third = await Page.watch(server.origin, token);
  assert.deepEqual(third.first, { type: 'approved', seq: 1 });
  third.drop();
  await becomesSignedIn(browser, token, 'Ada');
  browser.jar.cookies.delete('latchkey_session');
});

test('a phone may approve on the classic wire while the page is away', async () => {
  const { token, code } = await newClassicLogin(browser);
  const first = await Page.classic(server.origin, token);
  first.drop();
  assert.equal((await allow(ada, code)).status, 200);
  const second = await Page.classic(server.origin, token);
  assert.deepEqual(second.first, { status: true, msg: 'succeed' });
  second.drop();
});

test('a second socket of the same token takes nothing from the first: both are told', async () => {
  const classic = await newClassicLogin(browser);
  const tabs = [];
  for (let tab = 0; tab < 3; tab += 1) tabs.push(await Page.classic(server.origin, classic.token));
  tabs[2].drop();
  await allow(ada, classic.code);
  for (const page of tabs.slice(0, 2)) assert.equal(await page.nextText(), succeeded);

  const { token, code } = await newLogin(browser);
  const pages = [await Page.watch(server.origin, token), await Page.watch(server.origin, token)];
  const { json } = await scan(ada, code);
  await decide(ada, json.id, 'approve');
  for (const page of pages) {
    assert.equal((await page.next()).type, 'scanned');
    assert.equal((await page.next()).type, 'approved');
  }
  for (const page of [...tabs, ...pages]) page.drop();
});

test('one page may watch one login after another on one socket', async () => {
  const first = await newLogin(browser);
  const second = await newLogin(browser);
  const page = await Page.watch(server.origin, first.token);
  page.say({ type: 'watch', token: second.token });
  assert.equal((await page.next()).type, 'waiting');

  const gone = await scan(ada, first.code);
  assert.deepEqual([gone.status, gone.problem], [409, 'not-on-screen'], 'no screen shows the first code any more');
  assert.equal((await scan(ada, second.code)).status, 201);
  assert.equal((await page.next()).type, 'scanned');
  page.drop();
});

test('ten kills right after the answer 200: the page that comes back is told, and is signed in', async (t) => {
  const own = await Server.start({ t, users: ['Ada'] });
  const phone = await own.phone('Ada');
  for (let round = 0; round < 10; round += 1) {
    const page = own.stranger();
    const { token, code } = await newClassicLogin(page);
    const waiting = await Page.classic(own.origin, token);
    const { status } = await allow(phone, code);
    own.child.kill('SIGKILL');
    assert.equal(status, 200);
    await own.kill();
    await waiting.hasClosed();
    phone.close();
    page.close();
    await own.restart();
    const back = await Page.classic(own.origin, token);
    assert.deepEqual(back.first, { status: true, msg: 'succeed' }, `round ${round}`);
    back.drop();
    await becomesSignedIn(page, token, 'Ada');
    page.close();
  }
  phone.close();
  await own.stop();
});

test('a server that drains tells its pages to come back, and they are told by the next one', async (t) => {
  const own = await Server.start({ t, users: ['Ada'] });
  const page = own.stranger();
  const { token } = await newLogin(page);
  const watching = await Page.watch(own.origin, token);
  const classic = await newClassicLogin(page);
  const waiting = await Page.classic(own.origin, classic.token);
  await own.stop({ keepData: true });
  const last = await watching.next();
  assert.equal(last.type, 'reconnect');
  assert.ok(Number.isInteger(last.after_ms) && last.after_ms >= 0);
  assert.equal(await watching.closeCode(), 4200);
  assert.equal(await waiting.closeCode(), 4200);
  page.close();
  await own.restart();
  const back = await Page.watch(own.origin, token);
  assert.equal(back.first.type, 'waiting');
  back.drop();
  page.close();
  await own.stop();
});

test('a login is collected once, by the browser that made it, after it was approved', async () => {
  const maker = server.stranger();
  const { token, code } = await newLogin(maker);
  const page = await Page.watch(server.origin, token);
  const problem = async (asker, bearer = token) => {
    const answer = await collect(asker, bearer);
    return [answer.status, answer.problem, answer.cookies.some(({ name }) => name.includes('session'))];
  };
  assert.deepEqual(await problem(maker), [409, 'not-approved', false]);
  const { json } = await scan(ada, code);
  assert.deepEqual(await problem(maker), [409, 'not-approved', false], 'scanned is not approved');
  await decide(ada, json.id, 'approve');

  const without = server.stranger();
  const other = server.stranger();
  await newLogin(other);
  assert.deepEqual(await problem(without), [403, 'wrong-browser', false], 'no cookie');
  assert.deepEqual(await problem(other), [403, 'wrong-browser', false], 'the cookie of another browser');
  assert.deepEqual(await problem(ada), [403, 'wrong-browser', false], 'the phone itself');
  assert.deepEqual(await problem(maker, json.id), [401, 'token-invalid', false], 'the id alone');
  assert.deepEqual(await problem(maker, code), [401, 'token-invalid', false], 'the code');
  const plain = await maker.post('/v1/logins/current/collect');
  assert.deepEqual([plain.status, plain.problem], [401, 'token-invalid']);

  await becomesSignedIn(maker, token, 'Ada');
  assert.deepEqual(await problem(maker), [409, 'already-collected', false]);
  assert.equal(await closedOrConsumed(page), 4101);
  for (const asker of [maker, without, other]) asker.close();
});

async function closedOrConsumed(page) {
  for (const type of ['scanned', 'approved']) assert.equal((await page.next()).type, type);
  return page.closeCode();
}

test(`one login collected from two places at once, ${rounds} times: one session`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const maker = server.stranger({ sockets: 2 });
    const { token, code } = await newClassicLogin(maker);
    await allow(ada, code);
    const answers = await Promise.all([collect(maker, token), collect(maker, token)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409], `round ${round}`);
    maker.close();
  }
});

test('a cancelled login can neither be approved nor collected', async () => {
  const maker = server.stranger();
  const { token, code } = await newLogin(maker);
  const page = await Page.watch(server.origin, token);
  const { json } = await scan(ada, code);
  const cancelled = await maker.delete('/v1/logins/current', { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(cancelled.status, 204);
  const late = await decide(ada, json.id, 'approve');
  assert.ok([409, 410].includes(late.status), late.text);
  assert.notEqual((await collect(maker, token)).status, 200);
  page.drop();
  maker.close();
});

test('a page closed before the scan leaves a code that starts nothing', async () => {
  const { token, code } = await newLogin(browser);
  const page = await Page.watch(server.origin, token);
  page.socket.close(1000);
  await page.closeCode();
  const answer = await scan(ada, code);
  assert.deepEqual([answer.status, answer.problem], [409, 'not-on-screen']);
});
