import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, arrives, closePage, desktop, linkOnScreen, mobile, newPage, screen } from './harness/chromium.js';
import { eventually } from './harness/patience.js';
import { Proxy } from './harness/proxy.js';
import { approvedAndSignedIn, isSignedIn, opensCode, scanned, signedInAtHome, toConfirmSheet, typesNumber } from './harness/scan-flow.js';
import { site } from './harness/site.js';

/** The three ways in which a page hears of its login, behind proxies that do not let all of them through. */

const events = '/v1/logins/current/events';
const poll = '/v1/logins/current';
const socket = 'ws:/ws/';
const { server, browser } = await site({ users: ['Ada'] });

/** From the code to the dashboard, through this proxy. */
async function signsIn(proxy, options = {}) {
  const both = await scanned(browser, proxy.origin, options);
  await toConfirmSheet(both.phone, 'Ada');
  await both.computer.getByText('Hi Ada. Confirm on your phone.').filter({ visible: true }).first().waitFor();
  await approvedAndSignedIn(both, proxy.origin, 'Ada');
  await closePage(both.phone);
  return both.computer;
}

/** A page whose clock the test moves. `asks` holds what it has asked and not heard of, but for what may wait at the server. */
async function loginPage(proxy) {
  const page = await newPage(browser, desktop);
  page.asks = new Set();
  page.on('request', (request) => /[?&]seen=|\/events/.test(request.url()) || page.asks.add(request));
  page.on('response', (response) => page.asks.delete(response.request()));
  page.on('requestfailed', (request) => page.asks.delete(request));
  page.on('websocket', (socket) => {
    page.asks.add(socket);
    for (const end of ['framereceived', 'close']) socket.on(end, () => page.asks.delete(socket));
  });
  await page.clock.install();
  await page.goto(`${proxy.origin}/`);
  return page;
}

/** From here on time stands still for this page but for what a test lets go by. */
async function stopTime(page) {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 10_000);
}

/**
 * Time goes by on the page until what is looked for is so. It stands while the page waits for an answer: a machine may be
 * slow, and the page is not to take it for a server that is away.
 */
async function inTime(page, look, what) {
  await eventually(async () => {
    if (page.asks.size === 0) await page.clock.runFor(1_000);
    return look();
  }, what);
}

test('where everything passes, the WebSocket is used and nothing else', async (t) => {
  const proxy = await Proxy.start(t, server);
  const page = await signsIn(proxy);
  assert.equal(proxy.count(socket), 1);
  assert.deepEqual([proxy.count(events), proxy.count(poll)], [0, 0]);
  await closePage(page);
});

test('without a WebSocket the page hears over an event stream, up to the dashboard', async (t) => {
  const proxy = await Proxy.start(t, server, { websocket: false });
  const page = await signsIn(proxy);
  assert.ok(proxy.count(socket) >= 1, 'the WebSocket was tried');
  assert.equal(proxy.count(events), 1, 'one stream told everything');
  assert.equal(proxy.count(poll), 0);
  await page.context().close();
});

test('without a WebSocket and without streams the page asks again and again, up to the dashboard', async (t) => {
  const proxy = await Proxy.start(t, server, { websocket: false, events: false });
  const page = await signsIn(proxy);
  assert.ok(proxy.count(socket) >= 1, 'the WebSocket was tried');
  assert.ok(proxy.count(events) >= 1, 'the event stream was tried');
  assert.ok(proxy.count(poll) >= 3, 'waiting, scanned and approved were asked for');
  await page.context().close();
});

test('a proxy that holds a stream back until it ends is noticed, and the page asks instead', async (t) => {
  const proxy = await Proxy.start(t, server, { websocket: false, events: 'held' });
  const page = await loginPage(proxy);
  await inTime(page, () => proxy.count(poll) > 0, 'the first question');
  await linkOnScreen(page);
  await page.context().close();
});

for (const [way, lets] of Object.entries({
  'a WebSocket': {},
  'an event stream': { websocket: false },
  'questions': { websocket: false, events: false },
})) {
  test(`the code to type is told over ${way}, and found by who types it`, async (t) => {
    const proxy = await Proxy.start(t, server, lets);
    const computer = await newPage(browser, desktop);
    await computer.goto(`${proxy.origin}/`);
    await linkOnScreen(computer);
    await computer.locator('details.type summary').click();
    const shown = computer.locator('[data-typed][aria-busy="false"]');
    await shown.waitFor();
    const phone = await newPage(browser, mobile);
    await signedInAtHome(phone, proxy.origin, 'Ada');
    await phone.locator('[name=code]').fill(await shown.innerText());
    await phone.locator('form[data-type] [type=submit]').tap();
    await screen(phone, 'confirm').waitFor();
    await typesNumber(phone, computer);
    await approvedAndSignedIn({ computer, phone }, proxy.origin, 'Ada');
    await closePage(phone);
    await computer.context().close();
  });
}

for (const [way, lets, path] of [
  ['a stream', { websocket: false }, events],
  ['questions', { websocket: false, events: false }, poll],
]) {
  test(`from ${way} the page comes back to the WebSocket once that works, with the same login`, async (t) => {
    const proxy = await Proxy.start(t, server);
    const computer = await loginPage(proxy);
    const phone = await newPage(browser, mobile);
    await opensCode(phone, computer, proxy.origin);
    await toConfirmSheet(phone, 'Ada');
    await screen(computer, 'scanned').waitFor();

    await stopTime(computer);
    Object.assign(proxy.lets, lets);
    proxy.cut();
    const lost = computer.locator('[data-for="scanned"] [data-lost]');
    await inTime(computer, () => lost.isVisible(), 'a word of the lost connection');
    await inTime(computer, () => proxy.count(path) > 0, `a page that lives by ${way}`);
    await lost.waitFor({ state: 'hidden' });

    proxy.lets.websocket = true;
    const before = proxy.count(socket);
    // One on the side to see that it works, then the one that stays.
    await inTime(computer, () => proxy.count(socket) >= before + 2, 'the WebSocket instead');
    await screen(computer, 'scanned').waitFor();
    const asked = proxy.count(path);
    await answer(phone, 'approve');
    await arrives(computer, `${proxy.origin}/dashboard`);
    await isSignedIn(computer, 'Ada');
    assert.equal(proxy.count(path), asked, `nothing more over ${way}`);
    await closePage(phone);
    await computer.context().close();
  });
}

test('a connection that breaks while a phone decides is made again, the same way, and nothing is lost', async (t) => {
  for (const lets of [{}, { websocket: false }]) {
    const proxy = await Proxy.start(t, server, lets);
    const { computer, phone } = await scanned(browser, proxy.origin);
    await toConfirmSheet(phone, 'Ada');
    await screen(computer, 'scanned').waitFor();
    const path = lets.websocket === false ? events : socket;
    const before = proxy.count(path);
    proxy.cut();
    await eventually(() => proxy.count(path) > before, 'the same way anew');
    await approvedAndSignedIn({ computer, phone }, proxy.origin, 'Ada');
    for (const page of [computer, phone]) await page.context().close();
  }
});
