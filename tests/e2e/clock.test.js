import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closePage, desktop, linkOnScreen, newPage, screen } from './harness/chromium.js';
import { eventually } from './harness/patience.js';
import { decodeQr, partsOf } from './harness/qr.js';
import { site } from './harness/site.js';

/** The login page as time goes by: the page's own clock is moved, nobody waits. */

const { server, browser } = await site({ users: ['Ada'] });

/** A login page for which time stands still but for what a test lets go by, however slow the machine is. */
async function loginPage(time = Date.now()) {
  const page = await newPage(browser, desktop);
  page.sockets = [];
  page.on('websocket', (socket) => page.sockets.push(socket));
  await page.clock.install({ time });
  await page.clock.pauseAt(time + 1_000);
  await page.goto(`${server.origin}/`);
  return page;
}

/** Another code than `link` is on the screen. */
async function nextLink(page, link) {
  return eventually(async () => {
    const shown = await linkOnScreen(page);
    return shown !== link && shown;
  }, 'a new code on the screen');
}

/** What this page sends from now on, and which screens it shows. */
async function watched(page) {
  const sent = [];
  const seen = [];
  page.on('request', (request) => sent.push(request.url()));
  page.on('websocket', (socket) => sent.push(socket.url()));
  await page.exposeFunction('sawScreen', (name) => seen.push(name));
  await page.evaluate(() => {
    const card = document.querySelector('.login');
    new MutationObserver(() => window.sawScreen(card.dataset.screen)).observe(card, {
      attributes: true,
      attributeFilter: ['data-screen'],
    });
  });
  return { sent, seen };
}

test('the code moves by itself: another each ten seconds, without a word and without a request', async () => {
  const page = await loginPage();
  let link = await linkOnScreen(page);
  const { login, step } = partsOf(link);
  const { sent, seen } = await watched(page);
  for (let moves = 1; moves <= 3; moves += 1) {
    await page.clock.runFor(10_000);
    link = await nextLink(page, link);
    assert.deepEqual(partsOf(link), { login, step: step + moves }, 'the next step of the same login');
  }
  assert.deepEqual(sent, []);
  assert.deepEqual(seen, [], 'the card stayed as it was');
  await closePage(page);
});

test('after five minutes without a phone the page asks whether anybody is there, and is there no longer itself', async () => {
  const page = await loginPage();
  const link = await linkOnScreen(page);
  await page.clock.fastForward(5 * 60_000 + 1_000);
  await screen(page, 'expired').waitFor();
  await page.getByText('Still there?').filter({ visible: true }).first().waitFor();
  assert.equal(decodeQr(await page.screenshot()), null, 'the code cannot be read any more');
  await eventually(() => page.sockets.length > 0 && page.sockets.every((socket) => socket.isClosed()), 'the end of every connection');
  await page.locator('[data-for="expired"] [data-again]').click();
  assert.notEqual(partsOf(await nextLink(page, link)).login, partsOf(link).login);
  await closePage(page);
});

for (const [off, ms] of [['a day behind', -86_400_000], ['a day ahead', 86_400_000]]) {
  test(`a clock on the wall ${off} shows the codes that the server expects`, async () => {
    const page = await loginPage(Date.now() + ms);
    assert.equal(partsOf(await linkOnScreen(page)).step, 0, 'the first code comes first');
    await page.clock.runFor(30_000);
    await eventually(async () => partsOf(await linkOnScreen(page)).step === 3, 'the code of half a minute later');
    await closePage(page);
  });
}

test('a clock on the wall that is set back changes nothing', async () => {
  const page = await loginPage();
  const link = await linkOnScreen(page);
  await page.clock.setSystemTime(0);
  await page.clock.runFor(10_000);
  const { login, step } = partsOf(link);
  assert.deepEqual(partsOf(await nextLink(page, link)), { login, step: step + 1 });
  await closePage(page);
});

test('a clock on the wall that is set ahead looks like sleep: the page makes a new login, whose step it knows', async () => {
  const page = await loginPage();
  const link = await linkOnScreen(page);
  await page.clock.setSystemTime(Date.now() + 120_000);
  await page.clock.runFor(10_000);
  const next = partsOf(await nextLink(page, link));
  assert.notEqual(next.login, partsOf(link).login);
  assert.equal(next.step, 0);
  await closePage(page);
});

test('a reload does not bring back a code of which the page was not sure', async () => {
  const page = await loginPage();
  let answers = true;
  await page.routeWebSocket('**/ws/', (socket) => answers && socket.connectToServer());
  await page.reload();
  const { login } = partsOf(await linkOnScreen(page));
  answers = false;
  await page.clock.setSystemTime(Date.now() + 120_000);
  await page.clock.runFor(10_000);
  await screen(page, 'starting').waitFor();
  answers = true;
  await page.reload();
  const next = partsOf(await linkOnScreen(page));
  assert.notEqual(next.login, login);
  assert.equal(next.step, 0);
  await closePage(page);
});
