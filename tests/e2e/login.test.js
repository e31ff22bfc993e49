import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as chromium from './harness/chromium.js';
import { password, Server } from './harness/latchkey.js';
import { partsOf } from './harness/qr.js';
import { approvedAndSignedIn, opensCode, scanned, sheetFacts, signedInAtHome, toConfirmSheet, typesNumber } from './harness/scan-flow.js';

/** Signing in by scanning, in two contexts of a real Chromium. */

const { closePage, desktop, linkOnScreen, mobile, newPage, screen, sessionOf, signInOn } = chromium;
let server;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Dora', 'Grace'] });
  browser = await chromium.launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function closeAll(...pages) {
  for (const page of pages) await closePage(page);
}

test('a phone reads the code from the screen, approves, and the screen is signed in by itself', async () => {
  const both = await scanned(browser, server.origin);
  const sheet = await toConfirmSheet(both.phone, 'Ada');

  const facts = await sheetFacts(sheet);
  assert.match(facts.where, /^Chrom(e|ium) on Linux$/);
  assert.equal(facts.address, '127.0.0.1');
  assert.equal(facts.network, 'same network as this phone');
  assert.match(facts.age, /just now|ago/);
  assert.equal(facts.account, 'Ada');
  await both.computer.getByText('Hi Ada. Confirm on your phone.').filter({ visible: true }).first().waitFor();

  await approvedAndSignedIn(both, server.origin, 'Ada');
  await closeAll(both.computer, both.phone);
});

test('the same in Simplified Chinese, in the dark', async () => {
  const both = await scanned(browser, server.origin, { locale: 'zh-CN', colorScheme: 'dark' });
  assert.equal(await both.computer.locator('html').getAttribute('lang'), 'zh-CN');
  const sheet = await toConfirmSheet(both.phone, 'Ada');
  const facts = await sheetFacts(sheet);
  assert.match(facts.where, /^Linux 上的 Chrom(e|ium)$/);
  assert.equal(facts.network, '与此手机相同的网络');
  await sheet.getByText('切勿确认别人发给你的二维码').waitFor();
  await both.computer.getByText('你好，Ada。请在手机上确认。').filter({ visible: true }).first().waitFor();

  await approvedAndSignedIn(both, server.origin, 'Ada');
  await closeAll(both.computer, both.phone);
});

test('the switch of language keeps the login that is on the screen', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const { login } = partsOf(await linkOnScreen(computer));
  await computer.locator('[data-language="zh"]').click();
  await computer.getByText('等待手机扫描').filter({ visible: true }).first().waitFor();
  assert.equal(partsOf(await linkOnScreen(computer)).login, login);
  await computer.locator('[data-language="en"]').click();
  await computer.getByText('Waiting for your phone').filter({ visible: true }).first().waitFor();
  await closeAll(computer);
});

test('a decline is told to the screen, which offers a new code', async () => {
  const { computer, phone, link } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Dora');
  await chromium.answer(phone, 'deny');
  await screen(phone, 'declined').waitFor();
  await screen(computer, 'declined').waitFor();
  assert.equal((await sessionOf(computer)).status, 401);

  await computer.locator('[data-for="declined"] [data-again]').click();
  assert.notEqual(partsOf(await linkOnScreen(computer)).login, partsOf(link).login);
  await closeAll(computer, phone);
});

test('who is greeted by a wrong name gets a new code, and the phone that scanned gets nothing', async () => {
  const { computer, phone, link } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Grace');
  await screen(computer, 'scanned').waitFor();
  const seen = [];
  await computer.exposeFunction('sawScreen', (name) => seen.push(name));
  await computer.evaluate(() => {
    const card = document.querySelector('.login');
    new MutationObserver(() => window.sawScreen(card.dataset.screen)).observe(card, { attributeFilter: ['data-screen'] });
  });
  await computer.locator('.status [data-for="scanned"] [data-again]').click();
  assert.notEqual(partsOf(await linkOnScreen(computer)).login, partsOf(link).login);
  assert.deepEqual(seen, ['starting', 'waiting'], 'nothing is said of a decline that nobody gave');
  await chromium.answer(phone, 'approve');
  await phone.locator('[data-screen="already-decided"], [data-screen="login-expired"]').filter({ visible: true }).first().waitFor();
  assert.equal((await sessionOf(computer)).status, 401);
  await closeAll(computer, phone);
});

test('a reload of the screen between scan and approval loses nothing', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await screen(both.computer, 'scanned').waitFor();
  await both.computer.reload();
  await screen(both.computer, 'scanned').waitFor();
  await both.computer.getByText('Hi Ada. Confirm on your phone.').filter({ visible: true }).first().waitFor();
  await approvedAndSignedIn(both, server.origin, 'Ada');
  await closeAll(both.computer, both.phone);
});

test('a reload of the phone between scan and approval loses nothing', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await both.phone.reload();
  await screen(both.phone, 'confirm').waitFor();
  await approvedAndSignedIn(both, server.origin, 'Ada');
  await closeAll(both.computer, both.phone);
});

test('a screen that was offline when the phone approved is signed in when it is back', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await screen(both.computer, 'scanned').waitFor();
  await both.computer.context().setOffline(true);
  await chromium.answer(both.phone, 'approve');
  await screen(both.phone, 'approved').waitFor();
  await both.computer.context().setOffline(false);
  await both.computer.waitForURL(`${server.origin}/dashboard`);
  await screen(both.computer, 'dashboard').waitFor();
  await both.computer.context().close();
  await closeAll(both.phone);
});

test('a second phone, of another account, is told that the code was scanned already', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  const second = await newPage(browser, mobile);
  await opensCode(second, computer, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await screen(second, 'signin').waitFor();
  await signInOn(second, 'Grace', password);
  await screen(second, 'already-scanned').waitFor();
  await approvedAndSignedIn({ computer, phone }, server.origin, 'Ada');
  await closeAll(computer, phone, second);
});

test('a phone that is loaded again after its answer is told that this was answered, not that somebody else took it', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await chromium.answer(both.phone, 'approve');
  await screen(both.phone, 'approved').waitFor();
  await both.phone.reload();
  await screen(both.phone, 'already-decided').waitFor();
  await both.computer.waitForURL(`${server.origin}/dashboard`);
  await both.phone.reload();
  await screen(both.phone, 'already-decided').waitFor();
  await closeAll(both.computer, both.phone);
});

test('a code that was used says so to whoever scans it again', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  const second = await newPage(browser, mobile);
  await opensCode(second, computer, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await approvedAndSignedIn({ computer, phone }, server.origin, 'Ada');
  await screen(second, 'signin').waitFor();
  await signInOn(second, 'Grace', password);
  await screen(second, 'already-scanned').waitFor();
  await closeAll(computer, phone, second);
});

test('a wrong password is refused in the same words for any name', async () => {
  const phone = await newPage(browser, mobile);
  await phone.goto(`${server.origin}/signin`);
  for (const name of ['Ada', 'Nobody']) {
    await signInOn(phone, name, 'not the password');
    await phone.getByText('Name or password is not right.').filter({ visible: true }).first().waitFor();
  }
  await closeAll(phone);
});

test('the dashboard refuses a browser without a session', async () => {
  for (const path of ['/dashboard', '/dashboard.html']) {
    const page = await newPage(browser, desktop);
    const answer = await page.goto(server.origin + path);
    assert.equal(answer.status(), 401, path);
    await page.getByText('You are not signed in').waitFor();
    assert.equal(await page.locator('main a').getAttribute('href'), '/');
    await closeAll(page);
  }
});

test('signing out ends the session', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await approvedAndSignedIn(both, server.origin, 'Ada');
  await both.computer.locator('[data-sign-out]').click();
  await both.computer.waitForURL(`${server.origin}/`);
  assert.equal((await sessionOf(both.computer)).status, 401);
  assert.equal((await both.computer.goto(`${server.origin}/dashboard`)).status(), 401);
  await closeAll(both.computer, both.phone);
});

test('the phone ends the session of a browser it signed in', async () => {
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Grace');
  await approvedAndSignedIn(both, server.origin, 'Grace');
  await both.phone.goto(`${server.origin}/home`);
  const rows = both.phone.locator('[data-sessions] li');
  await rows.nth(1).waitFor();
  const others = rows.filter({ has: both.phone.locator('[data-kind="scan"]:not([hidden])') });
  await others.waitFor();
  await others.locator('[data-end]').tap();
  await others.waitFor({ state: 'detached' });
  await both.computer.waitForURL(/\/signin\?/);
  assert.equal((await sessionOf(both.computer)).status, 401);
  assert.equal((await sessionOf(both.phone)).status, 200);
  await closeAll(both.computer, both.phone);
});

test('a short code typed by hand on the phone leads to the confirm sheet, which wants the number', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  await linkOnScreen(computer);
  await computer.locator('details.type summary').click();
  const shown = computer.locator('[data-typed][aria-busy="false"]');
  await shown.waitFor();
  assert.match(await shown.innerText(), /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
  const typed = (await shown.innerText()).toLowerCase();
  const phone = await newPage(browser, mobile);
  await signedInAtHome(phone, server.origin, 'Ada');
  await phone.locator('[name=code]').fill(typed);
  await phone.locator('form[data-type] [type=submit]').tap();
  await screen(phone, 'confirm').waitFor();
  await typesNumber(phone, computer);
  await approvedAndSignedIn({ computer, phone }, server.origin, 'Ada');
  await closeAll(computer, phone);
});

test('signing in never leads to another site', async () => {
  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example/', '/%09/evil.example']) {
    const page = await newPage(browser, mobile);
    await page.goto(`${server.origin}/signin?next=${encodeURIComponent(next)}`);
    await signInOn(page, 'Ada', password);
    await page.waitForURL((url) => url.pathname !== '/signin');
    assert.equal(new URL(page.url()).origin, server.origin, next);
    await page.context().close();
  }
});
