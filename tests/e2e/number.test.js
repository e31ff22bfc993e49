import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collect, decide, newLogin, scan } from './harness/calls.js';
import * as chromium from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { approvedAndSignedIn, isSignedIn, numberOn, opensCode, sheetFacts, toConfirmSheet, typesNumber } from './harness/scan-flow.js';
import { Page } from './harness/socket.js';

/**
 * The browser shows two digits and the phone types them, where nothing says that both are in one place. The two are in
 * different networks here by what a trusted proxy says of their addresses.
 */

const { answer, arrives, closePage, desktop, mobile, newPage, screen, sessionOf } = chromium;
const office = { 'X-Forwarded-For': '203.0.113.7' };
const street = { 'X-Forwarded-For': '198.51.100.9' };
let server;
let browser;

before(async () => {
  // Each test has an account of its own: a denial makes the next logins of an account want the number.
  server = await Server.start({
    users: ['Ada', 'Carol', 'Dora', 'Emmy', 'Grace', 'Hedy', 'Joan', 'Mary', 'Nell', 'Olga'],
    args: ['--trusted-proxies', '127.0.0.0/8'],
  });
  browser = await chromium.launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page in one network, whose code a phone in another has scanned; both stand where a number is wanted. */
async function far(name, { computer, options = {} } = {}) {
  const page = computer ?? (await newPage(browser, { ...desktop, ...options, extraHTTPHeaders: office }));
  await page.goto(`${server.origin}/`);
  const phone = await newPage(browser, { ...mobile, ...options, extraHTTPHeaders: street });
  await opensCode(phone, page, server.origin);
  const sheet = await toConfirmSheet(phone, name);
  return { computer: page, phone, sheet };
}

function otherThan(number) {
  return String((Number(number) + 1) % 100).padStart(2, '0');
}

async function closeAll(...pages) {
  for (const page of pages) await closePage(page);
}

for (const [locale, words] of [['en-US', 'Type this number on your phone'], ['zh-CN', null]]) {
  test(`the number on the screen, typed on the phone, signs the screen in: ${locale}`, async () => {
    const both = await far('Ada', { options: { locale } });
    const facts = await sheetFacts(both.sheet);
    assert.equal(facts.address, '203.0.113.7');
    assert.equal(await both.sheet.locator('[data-network]:not([hidden])').getAttribute('data-network'), 'different');
    assert.equal(await both.sheet.locator('[data-known]:not([hidden])').getAttribute('data-known'), 'no');
    if (words) await both.computer.getByText(words).filter({ visible: true }).first().waitFor();

    await answer(both.phone, 'approve');
    await both.phone.locator('[data-fault="number"]').waitFor();
    assert.equal((await sessionOf(both.computer)).status, 401, 'a tap alone is not enough');
    await typesNumber(both.phone, both.computer);
    await approvedAndSignedIn(both, server.origin, 'Ada');
    await closeAll(both.computer, both.phone);
  });
}

test('a browser that was signed in once is known the next time, and a tap is enough', async () => {
  const first = await far('Carol');
  await typesNumber(first.phone, first.computer);
  await approvedAndSignedIn(first, server.origin, 'Carol');
  await first.computer.locator('[data-sign-out]').click();
  await first.computer.waitForURL(`${server.origin}/`);
  await closePage(first.phone);

  const again = await far('Carol', { computer: first.computer });
  assert.equal(await again.sheet.locator('[data-known]:not([hidden])').getAttribute('data-known'), 'yes');
  assert.equal(await again.sheet.locator('[data-network]:not([hidden])').getAttribute('data-network'), 'different');
  assert.ok(await again.phone.locator('[data-number]').isHidden());
  await approvedAndSignedIn(again, server.origin, 'Carol');
  await closeAll(again.computer, again.phone);
});

test('one wrong number ends the login on both sides, and the next one wants a number even in one network', async () => {
  const { computer, phone } = await far('Dora');
  const number = await numberOn(computer);
  await phone.locator('[name=number]').fill(otherThan(number));
  await answer(phone, 'approve');
  await screen(phone, 'wrong-number').waitFor();
  await screen(computer, 'declined').waitFor();
  await computer.locator('[data-denied="wrong-number"]').waitFor();
  assert.equal((await sessionOf(computer)).status, 401);
  await closeAll(computer, phone);

  const maker = server.stranger();
  const dora = await server.phone('Dora');
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token);
  const { json } = await scan(dora, login.code);
  assert.deepEqual([json.network, json.confirm], ['same', 'number']);
  page.drop();
  for (const asker of [maker, dora]) asker.close();
});

test('after a wrong number the right one comes too late, for whoever types it', async () => {
  const maker = server.stranger({ headers: office });
  const phone = await server.phone('Emmy', { headers: street });
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token, { headers: office });
  const { json } = await scan(phone, login.code);
  const { number } = await page.next();
  const missing = await decide(phone, json.id, 'approve');
  assert.deepEqual([missing.status, missing.problem], [422, 'number-missing'], 'nothing typed changes nothing');
  const wrong = await decide(phone, json.id, 'approve', { number: otherThan(number) });
  assert.deepEqual([wrong.status, wrong.problem], [409, 'wrong-number']);
  assert.deepEqual(await page.next(), { type: 'denied', seq: 3, reason: 'wrong-number' });
  const late = await decide(phone, json.id, 'approve', { number });
  assert.deepEqual([late.status, late.problem], [409, 'already-decided']);
  const collected = await collect(maker, login.token);
  assert.deepEqual([collected.status, collected.problem], [409, 'already-decided']);
  assert.deepEqual(collected.cookies, []);
  page.drop();
  for (const asker of [maker, phone]) asker.close();
});

test('the number is told to the screen alone: the phone has to get it from there', async () => {
  const maker = server.stranger({ headers: office });
  const phone = await server.phone('Grace', { headers: street });
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token, { headers: office });
  const { text } = await scan(phone, login.code);
  const { number } = await page.next();
  assert.match(number, /^\d\d$/);
  const members = Object.entries(JSON.parse(text)).filter(([, value]) => String(value) === number || value === Number(number));
  assert.deepEqual(members, []);
  assert.ok(!('number' in JSON.parse(text)));
  page.drop();
  for (const asker of [maker, phone]) asker.close();
});

test('a decline ends the login, whatever number was wanted', async () => {
  const { computer, phone } = await far('Hedy');
  await answer(phone, 'deny');
  await screen(phone, 'declined').waitFor();
  await screen(computer, 'declined').waitFor();
  await computer.locator('.panel [data-denied="declined"]').waitFor();
  assert.equal((await sessionOf(computer)).status, 401);
  await closeAll(computer, phone);
});

test('"This wasn’t me" ends the login and every session that this browser has for the account', async () => {
  const first = await far('Joan');
  await typesNumber(first.phone, first.computer);
  await approvedAndSignedIn(first, server.origin, 'Joan');
  const elsewhere = await server.phone('Joan');

  // The same browser asks once more, in another tab.
  const tab = await first.computer.context().newPage();
  await tab.goto(`${server.origin}/`);
  await opensCode(first.phone, tab, server.origin);
  await screen(first.phone, 'confirm').waitFor();
  await screen(first.phone, 'confirm').locator('[data-report]').tap();
  await screen(first.phone, 'reported').waitFor();
  assert.equal(await screen(first.phone, 'reported').locator('[data-slot="ended"]').innerText(), '1');
  await screen(tab, 'declined').waitFor();
  await tab.locator('[data-denied="reported"]').waitFor();

  assert.equal((await sessionOf(first.computer)).status, 401, 'the session that this browser had is over');
  assert.equal((await sessionOf(first.phone)).status, 200, 'the phone stays signed in');
  assert.equal((await elsewhere.get('/v1/session')).status, 200, 'and so does another browser');
  elsewhere.close();
  await tab.close();
  await closeAll(first.computer, first.phone);
});

for (const [name, from] of [['Nell', 'approved'], ['Olga', 'ended']]) {
  test(`"This wasn’t me" can be said after the approval, too, and undoes it all: on the screen "${from}"`, async () => {
    const first = await far(name);
    await typesNumber(first.phone, first.computer);
    await approvedAndSignedIn(first, server.origin, name);
    if (from === 'ended') {
      await first.phone.locator('[data-end]').tap();
      await first.phone.locator('h1[data-ended="out"]').waitFor();
    }
    await screen(first.phone, from).locator('[data-report]').tap();
    await screen(first.phone, 'reported').waitFor();
    const ended = await screen(first.phone, 'reported').locator('[data-slot="ended"]').innerText();
    assert.equal(ended, from === 'ended' ? '0' : '1');
    await first.computer.waitForURL(/\/signin\?/);
    assert.equal((await sessionOf(first.computer)).status, 401);
    assert.equal((await sessionOf(first.phone)).status, 200, 'the phone stays signed in');
    await closePage(first.phone);

    const again = await far(name, { computer: first.computer });
    assert.equal(await again.sheet.locator('[data-known]:not([hidden])').getAttribute('data-known'), 'no', 'the browser is forgotten');
    assert.ok(await again.phone.locator('[data-number]').isVisible(), 'a tap is not enough any more');
    await closeAll(again.computer, again.phone);
  });
}

test('"Sign out that browser" ends what the approval began', async () => {
  const both = await far('Mary');
  await typesNumber(both.phone, both.computer);
  await answer(both.phone, 'approve');
  await screen(both.phone, 'approved').waitFor();
  await arrives(both.computer, `${server.origin}/dashboard`);
  await isSignedIn(both.computer, 'Mary');
  await both.phone.locator('[data-end]').tap();
  await both.phone.locator('h1[data-ended="out"]').waitFor();
  await both.computer.waitForURL(/\/signin\?/);
  assert.equal((await sessionOf(both.computer)).status, 401);
  assert.equal((await sessionOf(both.phone)).status, 200);
  await closeAll(both.computer, both.phone);
});

test('"Sign out that browser" takes an approval back that was not collected yet', async () => {
  const maker = server.stranger();
  const phone = await server.phone('Ada');
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token);
  const { json } = await scan(phone, login.code);
  const { number } = await page.next();
  assert.equal((await decide(phone, json.id, 'approve', { number })).status, 200);
  const ended = await decide(phone, json.id, 'end');
  assert.deepEqual([ended.status, ended.json.sessions_ended], [200, 0]);
  const late = await collect(maker, login.token);
  assert.notEqual(late.status, 200);
  assert.deepEqual(late.cookies, []);
  page.drop();
  for (const asker of [maker, phone]) asker.close();
});
