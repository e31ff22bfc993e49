import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collect, decide, newClassicLogin, newLogin, opened, scan } from './harness/calls.js';
import { answer, closePage, desktop, launch, linkOnScreen, mobile, newPage, screen } from './harness/chromium.js';
import { addClient, backendPost, clientCommand, startSite } from './harness/clients.js';
import { foundInFiles } from './harness/data.js';
import { Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { opensCode, toConfirmSheet } from './harness/scan-flow.js';
import { Page } from './harness/socket.js';

/** Applications that let people sign in here, or sign in people of their own. */

const user = { id: 'u-17', name: 'Ada of the shop' };
let server;
let browser;
let ada;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = await launch();
  ada = await server.phone('Ada');
});
after(async () => {
  ada?.close();
  await browser?.close();
  await server?.stop();
});

/** A login of this client that a page shows. */
async function shownLogin(t, client, on = server) {
  const maker = on.stranger();
  const login = await newLogin(maker, client);
  const page = await Page.watch(on.origin, login.token);
  t.after(() => {
    page.drop();
    maker.close();
  });
  return { maker, login, page };
}

/** The same, approved by Ada's phone. */
async function approvedLogin(t, client) {
  const shown = await shownLogin(t, client);
  const { json } = await scan(ada, shown.login.code);
  assert.equal((await decide(ada, json.id, 'approve')).status, 200);
  return shown;
}

function collectAs(maker, token, json) {
  return maker.post('/v1/logins/current/collect', { json, headers: { Authorization: `Bearer ${token}` } });
}

function refusal({ status, problem }) {
  return [status, problem];
}

test('a page of the application names it, on the screen and on the phone, and leads to where it is registered', async (t) => {
  const site = await startSite(t);
  const { id } = await addClient(server, 'Shop', '--redirect', `${site}/in`, '--redirect', `${site}/other`);
  for (const [wanted, arrivesAt] of [[null, `${site}/in`], [`${site}/other`, `${site}/other`]]) {
    const computer = await newPage(browser, desktop);
    const query = new URLSearchParams({ client: id, ...(wanted ? { redirect_to: wanted } : {}) });
    await computer.goto(`${server.origin}/?${query}`);
    await linkOnScreen(computer);
    assert.equal(await computer.locator('h1').first().innerText(), 'Sign in to Shop');
    const phone = await newPage(browser, mobile);
    await opensCode(phone, computer, server.origin);
    const sheet = await toConfirmSheet(phone, 'Ada');
    assert.equal(await sheet.locator('[data-slot="client"]').innerText(), 'Shop');
    await answer(phone, 'approve');
    await screen(phone, 'approved').waitFor();
    await computer.waitForURL(arrivesAt);
    await closePage(phone);
    await computer.context().close();
  }
});

test('nobody is led to where the application is not registered, and the page says so', async (t) => {
  const site = await startSite(t);
  const { id } = await addClient(server, 'Shop', '--redirect', `${site}/in`);
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/?${new URLSearchParams({ client: id, redirect_to: 'https://evil.example/in' })}`);
  const phone = await newPage(browser, mobile);
  await opensCode(phone, computer, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await answer(phone, 'approve');
  await screen(computer, 'refused').waitFor();
  await computer.locator('[data-reason="return"]').waitFor();
  assert.equal(new URL(computer.url()).origin, server.origin);
  for (const page of [computer, phone]) await page.context().close();

  const { maker, login } = await approvedLogin(t, id);
  for (const twin of ['https://evil.example/in', `${site}/in/`, `${site}/in?more=1`, `${site}/IN`, `${site}/in#there`, `${site}/../in`]) {
    assert.deepEqual(refusal(await collectAs(maker, login.token, { redirect_to: twin })), [422, 'redirect-not-registered'], twin);
  }
  const right = await collectAs(maker, login.token, { redirect_to: `${site}/in` });
  assert.equal(right.text, JSON.stringify({ redirect_to: `${site}/in` }));
});

test('an application that nobody has added: the page says that it is unknown', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/?client=nobody`);
  await screen(computer, 'refused').waitFor();
  await computer.locator('[data-reason="client"]').waitFor();
  await closePage(computer);
  assert.deepEqual(refusal(await ada.post('/v1/logins', { json: { client: 'nobody' } })), [404, 'client-unknown']);
});

test('a ticket is redeemed once, by the client whose login it is, and says who', async (t) => {
  const shop = await addClient(server, 'Shop');
  const other = await addClient(server, 'Other');
  const { maker, login } = await approvedLogin(t, shop.id);
  assert.deepEqual(refusal(await collect(maker, login.token)), [409, 'ticket-only'], 'it has nowhere to send people');
  const { status, json, cookies } = await collectAs(maker, login.token, { ticket: true });
  assert.deepEqual([status, Object.keys(json), json.ttl_ms], [200, ['ticket', 'ttl_ms'], 60_000]);
  assert.match(json.ticket, /^[\w-]{43}$/);
  assert.deepEqual(cookies, [], 'nobody is signed in here');
  assert.deepEqual(refusal(await collectAs(maker, login.token, { ticket: true })), [409, 'already-collected']);

  const redeem = (key, ticket) => backendPost(maker, key, '/v1/tickets/redeem', { json: { ticket } });
  assert.deepEqual(refusal(await redeem(other.key, json.ticket)), [404, 'ticket-unknown'], 'not by another client');
  assert.deepEqual(refusal(await redeem(shop.key, 'A'.repeat(43))), [404, 'ticket-unknown'], 'not a forged one');
  const redeemed = await redeem(shop.key, json.ticket);
  assert.equal(redeemed.status, 200, redeemed.text);
  assert.equal(redeemed.json.login, login.rotation.login);
  assert.equal(redeemed.json.user.name, 'Ada');
  assert.equal(redeemed.json.browser.address, '127.0.0.1');
  assert.ok(Number.isInteger(redeemed.json.approved_ms_ago));
  assert.deepEqual(refusal(await redeem(shop.key, json.ticket)), [404, 'ticket-unknown'], 'once');
});

test('tickets are for applications alone', async (t) => {
  const { maker, login } = await approvedLogin(t);
  assert.deepEqual(refusal(await collectAs(maker, login.token, { ticket: true })), [422, 'ticket-needs-client']);
});

test('a backend approves for a user of its own, and its site gets a ticket for that user', async (t) => {
  const shop = await addClient(server, 'Shop', '--redirect', 'https://shop.example/in');
  for (const named of [({ code }) => ({ code }), ({ rotation }) => ({ login: rotation.login })]) {
    const { maker, login, page } = await shownLogin(t, shop.id);
    const approved = await backendPost(maker, shop.key, '/v1/approvals', { json: { ...named(login), user } });
    assert.deepEqual(approved.json, { login: login.rotation.login, state: 'approved' }, approved.text);
    assert.equal((await page.next()).type, 'approved');
    assert.deepEqual(refusal(await collect(maker, login.token)), [409, 'ticket-only'], 'that user has no account here');
    const { json } = await collectAs(maker, login.token, { ticket: true });
    const redeemed = await backendPost(maker, shop.key, '/v1/tickets/redeem', { json: { ticket: json.ticket } });
    assert.deepEqual(redeemed.json.user, user);
    const again = await backendPost(maker, shop.key, '/v1/approvals', { json: { ...named(login), user } });
    assert.equal(again.status, 409, again.text);
  }
});

test('a backend approves nothing but what a page of its own shows', async (t) => {
  const shop = await addClient(server, 'Shop');
  const other = await addClient(server, 'Other');
  const approve = async (key, json) => refusal(await backendPost(ada, key, '/v1/approvals', { json: { user, ...json } }));
  const own = await shownLogin(t);
  assert.deepEqual(await approve(shop.key, { code: own.login.code }), [403, 'not-yours'], 'a login of this installation');
  const foreign = await shownLogin(t, other.id);
  assert.deepEqual(await approve(shop.key, { code: foreign.login.code }), [403, 'not-yours'], 'of another client');
  assert.deepEqual(await approve(shop.key, { login: foreign.login.rotation.login }), [403, 'not-yours'], 'by its id');
  const closed = await shownLogin(t, shop.id);
  closed.page.socket.close(1000);
  await closed.page.closeCode();
  assert.deepEqual(await approve(shop.key, { code: closed.login.code }), [409, 'not-on-screen'], 'that nobody sees');
  const shown = await shownLogin(t, shop.id);
  for (const wrong of [{}, { user: {} }, { user: { id: '' } }, { user: { id: 7 } }, { user: 'u-17' }, { user: { id: 'x'.repeat(4096) } }]) {
    const { status } = await backendPost(ada, shop.key, '/v1/approvals', { json: { code: shown.login.code, user: undefined, ...wrong } });
    assert.ok(status === 400 || status === 422, `${JSON.stringify(wrong).slice(0, 40)}: ${status}`);
  }
  assert.equal(shown.page.frames.length, 2, 'hello and waiting: none of that was told to a page');
});

test('the classic call takes an API key, of a client that may', async (t) => {
  const legacy = await addClient(server, 'Legacy', '--classic');
  const shop = await addClient(server, 'Shop');
  const maker = server.stranger();
  t.after(() => maker.close());
  const { token, code } = await newClassicLogin(maker);
  const allow = (key, form) => backendPost(maker, key, '/allow/', { form });
  const refused = await allow(shop.key, { code, user: user.id, name: user.name });
  assert.deepEqual([refused.status, refused.text], [403, '{"msg":"not allowed","status":-403}']);
  assert.equal((await allow(legacy.key, { code })).status, 400, 'for nobody');
  assert.equal((await maker.get(`/qrcode/?token=${token}`)).text, '{"status":false,"msg":"waiting"}');
  assert.equal((await allow(legacy.key, { code, user: user.id, name: user.name })).text, '{"msg":"succeed","status":0}');
  assert.equal((await maker.get(`/qrcode/?token=${token}`)).text, '{"status":true,"msg":"succeed"}');
  assert.equal((await allow(legacy.key, { code, user: user.id })).text, '{"msg":"expired","status":-1}', 'once');
});

test('another key, or none, takes effect on the running server, and the one before is worth nothing', async () => {
  const shop = await addClient(server, 'Shop');
  const status = async (key) => (await backendPost(ada, key, '/v1/tickets/redeem', { json: { ticket: 'A'.repeat(43) } })).status;
  await eventually(async () => (await status(shop.key)) === 404, 'the first key is known');
  const next = await clientCommand(server, 'rotate-key', shop.id);
  assert.notEqual(next.key, shop.key);
  await eventually(async () => (await status(shop.key)) === 401, 'the end of the first key');
  assert.equal(await status(next.key), 404, 'the next is good where the first is not');
  await clientCommand(server, 'remove', shop.id);
  await eventually(async () => (await status(next.key)) === 401, 'the end of the last key');
  assert.deepEqual(refusal(await ada.post('/v1/logins', { json: { client: shop.id } })), [404, 'client-unknown']);
  assert.ok(!(await clientCommand(server, 'list')).stdout.includes(shop.id));
});

test('a key is shown once and kept nowhere', async () => {
  const shop = await addClient(server, 'Shop');
  assert.match(shop.key, /^lk_[\w-]{43}$/);
  assert.ok(!(await clientCommand(server, 'list')).stdout.includes(shop.key));
  assert.deepEqual(foundInFiles(server.data, [shop.key, Buffer.from(shop.key.slice(3), 'base64url')]), []);
});

test('what is no key opens nothing, and who guesses is told to wait; who has the key is not', async (t) => {
  const env = { LATCHKEY_LIMITS_FAILURES_BURST: '5', LATCHKEY_LIMITS_FAILURES_PER_MINUTE: '1' };
  const own = await Server.start({ t, users: ['Ada'], rateLimits: true, env });
  const shop = await addClient(own, 'Shop');
  const guesser = own.stranger();
  t.after(() => guesser.close());
  const { login } = await shownLogin(t, shop.id, own);
  const wrong = ['lk_', `lk_${'A'.repeat(43)}`, `${shop.key.slice(0, 20)}${shop.key[20] === 'A' ? 'B' : 'A'}${shop.key.slice(21)}`, shop.key.toUpperCase(), shop.key.slice(3)];
  for (const key of wrong) {
    const refused = await backendPost(guesser, key, '/v1/approvals', { json: { code: login.code, user } });
    assert.deepEqual(refusal(refused), [401, 'api-key-invalid'], 'one of the wrong keys');
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
  }
  const guess = () => backendPost(guesser, `lk_${'B'.repeat(43)}`, '/v1/tickets/redeem', { json: { ticket: 'A'.repeat(43) } });
  let slowed;
  for (let tries = 0; tries < 10 && slowed?.status !== 429; tries += 1) slowed = await guess();
  assert.deepEqual(refusal(slowed), [429, 'too-many-requests']);
  assert.match(slowed.headers['retry-after'], /^[1-9]\d*$/);
  const right = await backendPost(guesser, shop.key, '/v1/approvals', { json: { code: login.code, user } });
  assert.equal(right.status, 200, right.text);
  guesser.close();
  await own.stop();
});

for (const [settings, reason] of [[['--browsers', 'known'], 'unknown-browser'], [['--network', 'refuse'], 'different-network']]) {
  test(`what a client's settings refuse is refused before anything is stored: ${reason}`, async (t) => {
    const behind = await Server.start({ t, users: ['Ada'], args: ['--trusted-proxies', '127.0.0.0/8'] });
    const { id } = await addClient(behind, 'Bank', ...settings);
    const phone = await behind.phone('Ada', { headers: { 'X-Forwarded-For': '198.51.100.9' } });
    t.after(() => phone.close());
    const { login, page } = await shownLogin(t, id, behind);
    const { handle } = await opened(phone, login.code);
    const refused = await phone.post('/v1/scans', { json: { handle } });
    assert.deepEqual([...refusal(refused), refused.json.reason], [403, 'refused-by-policy', reason]);
    assert.equal(page.frames.length, 2, 'the page is told nothing');
    page.drop();
    phone.close();
    await behind.stop();
  });
}
