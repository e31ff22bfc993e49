import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opened } from './harness/calls.js';
import { answer, arrives, closePage, desktop, linkOnScreen, mobile, newPage, screen, sessionOf } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { decodeQr, partsOf } from './harness/qr.js';
import { approvedAndSignedIn, isSignedIn, opensCode, scanned, toConfirmSheet } from './harness/scan-flow.js';
import { site } from './harness/site.js';

/** A page that was away, for any reason and at any moment, goes on with its login where that stands by now. */

const { server, browser } = await site({ users: ['Ada', 'Dora'] });

async function approves(phone) {
  await answer(phone, 'approve');
  await screen(phone, 'approved').waitFor();
}

async function landsOnTheDashboard({ computer, phone }, origin = server.origin) {
  await arrives(computer, `${origin}/dashboard`);
  await isSignedIn(computer, 'Ada');
  await closePage(phone);
  await computer.context().close();
}

/** The page leaves its address and what it was connected with; what it keeps in the tab stays. */
async function leaves(computer) {
  await computer.goto('about:blank');
}

test('five minutes without a phone dim the code; a click brings a new login, and that one signs in', async () => {
  const computer = await newPage(browser, desktop);
  await computer.clock.install();
  await computer.goto(`${server.origin}/`);
  const first = partsOf(await linkOnScreen(computer));
  await computer.clock.fastForward(5 * 60_000 + 1_000);
  await screen(computer, 'expired').waitFor();
  assert.equal(decodeQr(await computer.screenshot()), null, 'what is dimmed cannot be scanned');
  await computer.locator('[data-for="expired"] [data-again]').click();

  const phone = await newPage(browser, mobile);
  const next = partsOf(await opensCode(phone, computer, server.origin));
  assert.notEqual(next.login, first.login);
  await toConfirmSheet(phone, 'Ada');
  await approves(phone);
  await landsOnTheDashboard({ computer, phone });
});

test('a code that was dimmed starts nothing for who has opened its link before', async () => {
  const computer = await newPage(browser, desktop);
  const sockets = [];
  computer.on('websocket', (socket) => sockets.push(socket));
  await computer.clock.install();
  await computer.goto(`${server.origin}/`);
  const dora = await server.phone('Dora');
  const { handle } = await opened(dora, (await linkOnScreen(computer)).split('/').pop());
  await computer.clock.fastForward(5 * 60_000 + 1_000);
  await screen(computer, 'expired').waitFor();
  await eventually(() => sockets.length > 0 && sockets.every((socket) => socket.isClosed()), 'the end of every connection');
  const late = await dora.post('/v1/scans', { json: { handle } });
  assert.deepEqual([late.status, late.problem], [409, 'not-on-screen']);
  dora.close();
  await computer.context().close();
});

test('offline while it waits: the page says so, and the same login can be scanned when it is back', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const before = partsOf(await linkOnScreen(computer));
  await computer.context().setOffline(true);
  await screen(computer, 'offline').waitFor();
  assert.equal(decodeQr(await computer.screenshot()), null, 'a code that nobody watches is not shown');
  await computer.context().setOffline(false);
  const phone = await newPage(browser, mobile);
  const after = partsOf(await opensCode(phone, computer, server.origin));
  assert.equal(after.login, before.login);
  await toConfirmSheet(phone, 'Ada');
  await approves(phone);
  await landsOnTheDashboard({ computer, phone });
});

test('a decline while the page was offline is told when it is back', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Dora');
  await screen(computer, 'scanned').waitFor();
  await computer.context().setOffline(true);
  await answer(phone, 'deny');
  await screen(phone, 'declined').waitFor();
  await computer.context().setOffline(false);
  await screen(computer, 'declined').waitFor();
  assert.equal((await sessionOf(computer)).status, 401);
  for (const page of [computer, phone]) await page.context().close();
});

test('a scan and an approval while the page was away: it comes back to the dashboard', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await screen(computer, 'scanned').waitFor();
  await leaves(computer);
  await approves(phone);
  await computer.goto(`${server.origin}/`);
  await landsOnTheDashboard({ computer, phone });
});

test('a reload between approval and collect loses nothing', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await screen(computer, 'scanned').waitFor();
  let tries = 0;
  let tried;
  const first = new Promise((resolve) => (tried = resolve));
  await computer.route('**/collect', async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    // The first try never leaves the browser.
    return tried();
  });
  await approves(phone);
  await first;
  await computer.reload({ waitUntil: 'commit' });
  await landsOnTheDashboard({ computer, phone });
  assert.equal(tries, 2);
});

test('an approval in the middle of a reload is seen by the page that comes out of it', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await screen(computer, 'scanned').waitFor();
  let letGo;
  const mayLoad = new Promise((resolve) => (letGo = resolve));
  let asked;
  const isAsked = new Promise((resolve) => (asked = resolve));
  await computer.route(`${server.origin}/`, async (route) => {
    asked();
    await mayLoad;
    await route.continue();
  });
  const reloaded = computer.reload({ waitUntil: 'commit' }).catch(() => null);
  await isAsked;
  await approves(phone);
  letGo();
  await reloaded;
  await landsOnTheDashboard({ computer, phone });
});

test('a server that restarts while the page waits is waited for, and the same login signs in', async (t) => {
  const own = await Server.start({ t, users: ['Ada'] });
  for (const end of [() => own.stop({ keepData: true }), () => own.kill()]) {
    const computer = await newPage(browser, desktop);
    await computer.goto(`${own.origin}/`);
    const before = partsOf(await linkOnScreen(computer));
    await end();
    await screen(computer, 'offline').waitFor();
    await own.restart();
    const phone = await newPage(browser, mobile);
    const after = partsOf(await opensCode(phone, computer, own.origin));
    assert.equal(after.login, before.login);
    await toConfirmSheet(phone, 'Ada');
    await approves(phone);
    await landsOnTheDashboard({ computer, phone }, own.origin);
  }
  await own.stop();
});

test('two tabs of one browser have a login each, and one that signs in leaves the other alone', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const other = await computer.context().newPage();
  await other.goto(`${server.origin}/`);
  const [one, two] = [partsOf(await linkOnScreen(computer)), partsOf(await linkOnScreen(other))];
  assert.notEqual(one.login, two.login);
  const phone = await newPage(browser, mobile);
  await opensCode(phone, computer, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await approvedAndSignedIn({ computer, phone }, server.origin, 'Ada');
  assert.equal(partsOf(await linkOnScreen(other)).login, two.login);
  for (const page of [computer, phone]) await page.context().close();
});
