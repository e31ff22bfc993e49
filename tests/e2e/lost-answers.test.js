import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { collect, decide, newLogin, scan } from './harness/calls.js';
import { arrives, desktop, launch, linkOnScreen, newPage, screen } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { within } from './harness/patience.js';
import { isSignedIn } from './harness/scan-flow.js';
import { Page } from './harness/socket.js';

/** An approval is kept whatever becomes of the answers on the way to the session. */

let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

/** A server and a page in Chromium whose login was scanned by Ada; `approve` gives the answer's status. */
async function scannedPage(t) {
  const server = await Server.start({ t, users: ['Ada'] });
  const page = await newPage(browser, desktop);
  t.after(() => page.context().close());
  await page.goto(`${server.origin}/`);
  const code = (await linkOnScreen(page)).split('/').pop();
  const phone = await server.phone('Ada');
  t.after(() => phone.close());
  const { json } = await scan(phone, code);
  await screen(page, 'scanned').waitFor();
  return { server, page, approve: async () => (await decide(phone, json.id, 'approve')).status };
}

/** Killed as by a power cut, then served again from the same data at the same address. */
async function killedAndBack(server) {
  await server.kill();
  await server.restart();
}

async function landsOnTheDashboard({ server, page }) {
  await arrives(page, `${server.origin}/dashboard`);
  await isSignedIn(page, 'Ada');
  await server.stop();
}

test('a kill right after the phone had its 200 costs the page a moment, not the login', async (t) => {
  const { server, page, approve } = await scannedPage(t);
  let letGo;
  const isBack = new Promise((resolve) => (letGo = resolve));
  await page.route('**/collect', async (route) => {
    await isBack;
    await route.continue();
  });
  assert.equal(await approve(), 200);
  await killedAndBack(server);
  letGo();
  await landsOnTheDashboard({ server, page });
});

/** What the page's browser holds after the answer to its first try was taken away. */
async function forgetSession(page) {
  const names = (await page.context().cookies()).map(({ name }) => name);
  assert.ok(names.includes('latchkey_session'), 'the test itself has seen the session');
  await page.context().clearCookies({ name: 'latchkey_session' });
}

test('a session whose answer was lost in a kill is given to the same page once more', async (t) => {
  const { server, page, approve } = await scannedPage(t);
  const keys = [];
  await page.route('**/collect', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    const answer = await route.fetch();
    assert.equal(answer.status(), 200);
    await forgetSession(page);
    await killedAndBack(server);
    return route.abort('connectionreset');
  });
  assert.equal(await approve(), 200);
  await landsOnTheDashboard({ server, page });
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test('a reload while the page says that it goes there loses nothing', async (t) => {
  const { server, page, approve } = await scannedPage(t);
  let tries = 0;
  let collected;
  const first = new Promise((resolve) => (collected = resolve));
  // In place before the approval, which the page follows at once.
  await page.route('**/collect', async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    assert.equal((await route.fetch()).status(), 200);
    await forgetSession(page);
    return collected();
  });
  assert.equal(await approve(), 200);
  await within(first, 'the first try to collect');
  await screen(page, 'approved').waitFor();
  await page.reload({ waitUntil: 'commit' });
  await landsOnTheDashboard({ server, page });
  assert.equal(tries, 2);
});

test('an answer that is cut off in its middle has signed the page in', async (t) => {
  const { server, page, approve } = await scannedPage(t);
  await page.route('**/collect', async (route) => {
    const answer = await route.fetch();
    assert.equal(answer.status(), 200);
    await route.fulfill({ response: answer, body: '{"redirect_to":"/da' });
  });
  assert.equal(await approve(), 200);
  await landsOnTheDashboard({ server, page });
});

/** A login of `maker` that Ada has approved. */
async function approvedLogin(server, maker) {
  const login = await newLogin(maker);
  const phone = await server.phone('Ada');
  const page = await Page.watch(server.origin, login.token);
  const { json } = await scan(phone, login.code);
  assert.equal((await decide(phone, json.id, 'approve')).status, 200);
  page.drop();
  phone.close();
  return login.token;
}

const newKey = () => randomBytes(16).toString('base64url');
const sessionIn = (answer) => answer.cookies.find(({ name }) => name === 'latchkey_session')?.value;

test('a repeat with the key of the first collect has the same session, also after a restart; nobody else has', async (t) => {
  const server = await Server.start({ t, users: ['Ada'] });
  const maker = server.stranger();
  t.after(() => maker.close());
  const token = await approvedLogin(server, maker);
  const key = newKey();
  const first = await collect(maker, token, key);
  assert.equal(first.status, 200, first.text);
  assert.ok(sessionIn(first));

  const refused = async (asker, otherKey) => {
    const answer = await collect(asker, token, otherKey);
    assert.equal(sessionIn(answer), undefined);
    return [answer.status, answer.problem];
  };
  const isTheSame = async (what) => {
    const again = await collect(maker, token, key);
    assert.equal(again.status, 200, `${what}: ${again.text}`);
    assert.equal(again.text, first.text, what);
    assert.equal(sessionIn(again), sessionIn(first), what);
  };
  await isTheSame('at once');
  assert.deepEqual(await refused(maker, newKey()), [409, 'already-collected'], 'another key');
  assert.deepEqual(await refused(maker), [409, 'already-collected'], 'no key');
  const other = server.stranger();
  t.after(() => other.close());
  await newLogin(other);
  assert.deepEqual(await refused(other, key), [403, 'wrong-browser'], 'another browser with the key');
  await isTheSame('after the tries of others');
  maker.close();
  await killedAndBack(server);
  await isTheSame('after a restart');

  const session = await maker.get('/v1/session');
  assert.equal(session.json?.account.name, 'Ada', session.text);
  assert.equal((await maker.delete('/v1/session')).status, 204);
  assert.deepEqual(await refused(maker, key), [409, 'already-collected'], 'a session that was ended stays ended');
  for (const asker of [maker, other]) asker.close();
  await server.stop();
});

test('a collect without a key is not repeated, whatever key comes later', async (t) => {
  const server = await Server.start({ t, users: ['Ada'] });
  const maker = server.stranger();
  t.after(() => maker.close());
  const token = await approvedLogin(server, maker);
  assert.equal((await collect(maker, token)).status, 200);
  maker.jar.cookies.delete('latchkey_session');
  const later = await collect(maker, token, newKey());
  assert.deepEqual([later.status, later.problem], [409, 'already-collected']);
  maker.close();
  await server.stop();
});
