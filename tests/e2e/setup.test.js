import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, desktop, launch, mobile, newPage, screen, sessionOf, signInOn } from './harness/chromium.js';
import { password, Server } from './harness/latchkey.js';
import { approvedAndSignedIn, scanned } from './harness/scan-flow.js';
import { eventually } from './harness/patience.js';

/** The first run: an empty data directory, and a link on the terminal with which the first person makes an account. */

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  // The link is a secret that is meant to be read on the terminal, and only there.
  const [, token] = /\/setup#(\S+)/.exec(server?.stdout ?? '') ?? [];
  if (token) assert.ok(!server.log.includes(token), 'the link is not in the log');
  await server?.stop();
});

async function setupLink() {
  const found = await eventually(() => /(http:\/\/\S+\/setup#\S+)/.exec(server.stdout), 'the link on the terminal');
  return found[1];
}

test('the link also works in a tab that stands on the page already, and keeps its token over a switch of language', async () => {
  const link = await setupLink();
  const page = await newPage(browser, mobile);
  await page.goto(link.split('#')[0]);
  await screen(page, 'missing').waitFor();
  await page.goto(link);
  await screen(page, 'form').waitFor();
  assert.ok(!page.url().includes('#'));

  const addresses = [];
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.locator('[data-language="zh"]').click();
  await page.getByText('创建第一个账号').waitFor();
  await screen(page, 'form').waitFor();
  assert.ok(addresses.length > 0);
  assert.deepEqual(addresses.filter((address) => address.includes('#')), [], 'the token is in no address on the way');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nor does it stay in the tab');
  await closePage(page);
});

test('what is no token behind the # does no harm', async () => {
  const page = await newPage(browser, mobile);
  await page.goto(`${server.origin}/setup#%`);
  await signInOn(page, 'Ada', password);
  await screen(page, 'setup-closed').waitFor();
  await closePage(page);
});

test('the link makes the first account and leaves its maker signed in, ready to approve', async () => {
  const phone = await newPage(browser, mobile);
  await phone.goto(await setupLink());
  assert.ok(!phone.url().includes('#'), 'the token has left the address bar');
  await signInOn(phone, 'Ada', password);
  await screen(phone, 'home').waitFor();
  const { status, body } = await sessionOf(phone);
  assert.equal(status, 200);
  assert.equal(body.account.name, 'Ada');
  assert.equal(body.session.kind, 'setup');

  const both = await scanned(browser, server.origin);
  await both.phone.context().close();
  await phone.goto(both.link);
  await screen(phone, 'confirm').waitFor();
  await approvedAndSignedIn({ computer: both.computer, phone }, server.origin, 'Ada');
  await closePage(both.computer);
  await closePage(phone);
});

test('the link works once', async () => {
  const page = await newPage(browser, desktop);
  await page.goto(await setupLink());
  await signInOn(page, 'Mallory', password);
  await screen(page, 'setup-closed').waitFor();
  assert.equal((await sessionOf(page)).status, 401);
  await closePage(page);
});

test('nobody makes an account without the link', async () => {
  const stranger = server.stranger();
  const answer = await stranger.post('/v1/setup', { json: { token: 'A'.repeat(43), name: 'Mallory', password } });
  assert.equal(answer.status, 403);
  assert.equal(answer.problem, 'setup-closed');
  stranger.close();
});

test('a second start with an account prints no link', async () => {
  await server.stop({ keepData: true });
  server.stdout = '';
  await server.restart();
  assert.doesNotMatch(server.stdout, /setup#/);
});
