import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { device, named } from './harness/authenticator.js';
import { closePage, desktop, launch, mobile, newPage, screen, sessionOf, signInOn } from './harness/chromium.js';
import { command, password, Server } from './harness/latchkey.js';
import { approvedAndSignedIn, scanned } from './harness/scan-flow.js';
import { eventually } from './harness/patience.js';

/**
 * How people come to have an account: the first one by a link on the terminal of an empty installation, others by
 * invitations, or by themselves where everybody may.
 */

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  // The link is a secret that is meant to be read on the terminal, and only there.
  const [, token] = /\/join#(\S+)/.exec(server?.stdout ?? '') ?? [];
  if (token) assert.ok(!server.log.includes(token), 'the link is not in the log');
  await server?.stop();
});

async function setupLink() {
  const found = await eventually(() => /(http:\/\/\S+\/join#\S+)/.exec(server.stdout), 'the link on the terminal');
  return found[1];
}

test('the link also works in a tab that stands on the page already, and keeps its token over a switch of language', async () => {
  const link = await setupLink();
  const page = await newPage(browser, mobile);
  await page.goto(link.split('#')[0]);
  await screen(page, 'sign-up-closed').waitFor();
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
  await page.goto(`${server.origin}/join#%`);
  await screen(page, 'invitation-unknown').waitFor();
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
  await screen(page, 'invitation-unknown').waitFor();
  assert.equal((await sessionOf(page)).status, 401);
  await closePage(page);
});

test('nobody makes an account without the link', async () => {
  const stranger = server.stranger();
  for (const [token, problem] of [['A'.repeat(43), 'invitation-unknown'], ['', 'sign-up-closed']]) {
    const answer = await stranger.post('/v1/join', { json: { token, name: 'Mallory', password } });
    assert.deepEqual([answer.status, answer.problem], [403, problem]);
  }
  stranger.close();
});

/** What `latchkey invite` prints: its link. */
async function invited(...more) {
  const asked = await command(['invite', '--data', server.data, '--public-url', named(server.origin), ...more]);
  assert.equal(asked.code, 0, asked.stderr);
  assert.match(asked.stdout, /▀|▄|█/, 'with its QR');
  const [link] = /http:\/\/\S+\/join#\S{43}/.exec(asked.stdout);
  return link;
}

test('whoever is invited makes an account with a passkey alone, and the link is used up', async () => {
  const link = await invited();
  const { page } = await device(browser);
  await page.goto(link);
  await screen(page, 'form').waitFor();
  assert.equal(await page.locator('[data-for-admin]').isVisible(), false);
  await page.locator('[name=name]').fill('Ada');
  await page.locator('[data-passkey-go]').click();
  await page.locator('[data-fault="name-taken"]').waitFor();
  await page.locator('[name=name]').fill('Grace');
  await page.locator('[name=name]').press('Enter');
  await screen(page, 'home').waitFor();
  const { body } = await sessionOf(page);
  assert.deepEqual([body.account.name, body.account.role, body.session.kind], ['Grace', 'person', 'passkey']);
  await page.locator('[data-passkeys] li').first().waitFor();

  await page.goto(link);
  await screen(page, 'invitation-unknown').waitFor();
  await page.goto(`${named(server.origin)}/home`);
  await page.locator('[data-sign-out]').click();
  await page.waitForURL(/\/signin/);
  await page.locator('[data-passkey-go]').click();
  await screen(page, 'home').waitFor();
  await closePage(page);
});

test('an invited administrator is told so, and may make the account with a password', async () => {
  const page = await newPage(browser, desktop);
  await page.goto(await invited('--role', 'admin'));
  await screen(page, 'form').waitFor();
  await page.locator('[data-for-admin]').waitFor();
  await signInOn(page, 'Margaret', password);
  await screen(page, 'home').waitFor();
  await page.locator('[data-admin] a').waitFor();
  await closePage(page);
});

test('an invitation can be taken back before it is used', async () => {
  const link = await invited('--hours', '1');
  const listed = await command(['invite', 'list', '--data', server.data]);
  const [id, role, hours] = listed.stdout.trim().split('\t');
  assert.deepEqual([role, hours], ['person', '1 h']);
  const wrong = await command(['invite', 'revoke', 'nothing', '--data', server.data]);
  assert.deepEqual([wrong.code, /there is no invitation nothing/.test(wrong.stderr)], [1, true]);
  assert.equal((await command(['invite', 'revoke', id, '--data', server.data])).code, 0);
  const page = await newPage(browser, mobile);
  await page.goto(link);
  await screen(page, 'invitation-unknown').waitFor();
  assert.equal((await command(['invite', 'list', '--data', server.data])).stdout, '');
  await closePage(page);
});

test('the whole of it can be done by keyboard', async () => {
  const link = await invited();
  const { page } = await device(browser, { page: desktop });
  await page.goto(link);
  await screen(page, 'form').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');
  for (let presses = 0; (await focused()) !== 'name' && presses < 10; presses += 1) await page.keyboard.press('Tab');
  await page.keyboard.type('Katherine');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await screen(page, 'home').waitFor();
  await closePage(page);
});

test('where everybody may, the sign-in page leads to a new account; where passwords open none, none is asked for', async (t) => {
  const args = ['--accounts-sign-up', 'open', '--accounts-passwords', 'forbidden'];
  const open = await Server.start({ t, users: ['Ada'], args });
  const { page } = await device(browser);
  await page.goto(`${named(open.origin)}/signin`);
  await page.locator('[data-join] a').click();
  await screen(page, 'form').waitFor();
  assert.equal(await page.locator('[name=password]').isVisible(), false);
  await page.locator('[name=name]').fill('Dorothy');
  await page.locator('[data-passkey-go]').click();
  await screen(page, 'home').waitFor();
  const stranger = open.stranger();
  const refused = await stranger.post('/v1/session', { json: { name: 'Ada', password } });
  assert.deepEqual([refused.status, refused.problem], [403, 'passwords-off']);
  stranger.close();

  // Enter does what the button of the passkey does: no password is missing.
  await page.locator('[data-sign-out]').click();
  await page.waitForURL(/\/signin/);
  await page.locator('[data-join]').waitFor();
  await page.locator('[name=name]').fill('Dorothy');
  await page.locator('[name=name]').press('Enter');
  await screen(page, 'home').waitFor();

  const bare = await newPage(browser, mobile);
  await bare.goto(`${open.origin}/signin`);
  await bare.locator('[data-join]').waitFor();
  await bare.locator('[data-form] [name=name]').press('Enter');
  await bare.locator('[data-form] [data-fault="passwords-off"]').waitFor();
  await bare.goto(`${open.origin}/join`);
  await bare.locator('[data-fault="no-way"]').waitFor();
  await bare.locator('[name=name]').fill('Annie');
  await bare.locator('[name=name]').press('Enter');
  await bare.waitForLoadState('networkidle');
  assert.ok(await bare.locator('[data-fault="no-way"]').isVisible(), 'it is still said');
  await closePage(bare);
  await closePage(page);
});

test('a second start with an account prints no link', async () => {
  await server.stop({ keepData: true });
  server.stdout = '';
  await server.restart();
  assert.doesNotMatch(server.stdout, /join#/);
});
