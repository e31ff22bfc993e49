import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mobile, newPage, screen } from './harness/chromium.js';
import { password } from './harness/latchkey.js';
import { site } from './harness/site.js';
import { bringAbout, states } from './harness/states.js';

/** Passwords go where our scripts send them, in a body, and nowhere else. */

const { server, browser } = await site({ users: ['Ada'] });

/** A page that remembers every address it asked for or stood at. */
async function watchedPage(options = {}) {
  const page = await newPage(browser, { ...mobile, ...options });
  page.addresses = [];
  page.on('request', (request) => page.addresses.push(request.url()));
  page.on('framenavigated', (frame) => page.addresses.push(frame.url()));
  return page;
}

function assertNoPassword(page) {
  const found = [page.url(), ...page.addresses].filter((address) => /password|horse/.test(decodeURIComponent(address)));
  assert.deepEqual(found, []);
}

const formPages = ['/signin'];
const broken = {
  'JavaScript is off': async () => watchedPage({ javaScriptEnabled: false }),
  'the script does not come': async () => {
    const page = await watchedPage();
    await page.route('**/*.js', (route) => route.abort());
    return page;
  },
};

for (const path of formPages) {
  for (const [when, open] of Object.entries(broken)) {
    test(`${path}: Enter sends nothing anywhere while ${when}`, async () => {
      const page = await open();
      await page.goto(server.origin + path);
      await page.locator('[name=name]').fill('Ada');
      await page.locator('[name=password]').fill(password);
      const asked = page.addresses.length;
      await page.keyboard.press('Enter');
      await page.locator('[data-form] [type=submit]').click({ force: true });
      // Whatever was sent before this answer has been asked for by now.
      await page.context().request.get(`${server.origin}/v1/session`);
      assert.equal(page.addresses.length, asked, `nothing was sent: ${page.addresses.slice(asked)}`);
      assert.ok(await page.locator('[data-form] [type=submit]').isDisabled());
      assertNoPassword(page);
      if (when === 'JavaScript is off') await page.locator('noscript .note').waitFor();
      await page.context().close();
    });
  }

  test(`${path}: even a form that a browser sends by itself keeps its fields out of the address`, async () => {
    const page = await broken['the script does not come']();
    await page.goto(server.origin + path);
    await page.locator('[name=password]').fill(password);
    const sent = page.waitForRequest((request) => request.isNavigationRequest() && request.method() === 'POST');
    await page.locator('[data-form]').evaluate((form) => form.submit());
    await sent;
    await page.waitForLoadState();
    assertNoPassword(page);
    await page.context().close();
  });
}

test('a switch of account that the server does not hear leaves everything as it was, and can be tried again', async () => {
  const page = await newPage(browser, mobile);
  await bringAbout(page, server.origin, states['phone-confirm']);
  const asked = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname.split('/').pop()}`));
  const answers = [
    (route) => route.abort('connectionfailed'),
    (route) => route.fulfill({ status: 503, json: {} }),
    (route) => route.fulfill({ status: 200, json: { state: 'denied' } }),
  ];
  await page.route('**/v1/scans/*/deny', (route) => answers.shift()(route));
  let signsOut = 0;
  await page.route('**/v1/session', (route) => {
    signsOut += 1;
    return signsOut === 1 ? route.abort('connectionfailed') : route.fulfill({ status: 204 });
  });

  await page.locator('[data-switch]').click();
  await screen(page, 'unsure').waitFor();
  await page.locator('[data-screen="unsure"] [data-retry]').click();
  await screen(page, 'failed').waitFor();
  assert.deepEqual(asked, ['POST deny', 'POST deny'], 'nobody is signed out of a login that is still open');
  await page.locator('[data-screen="failed"] [data-retry]').click();
  await screen(page, 'unreachable').waitFor();
  await page.locator('[data-screen="unreachable"] [data-retry]').click();
  await screen(page, 'signin').waitFor();
  await page.getByText('This sign-in was declined.').waitFor();
  assert.deepEqual(asked.slice(2), ['POST deny', 'DELETE session', 'DELETE session'], 'what is declined is not declined again');
  await page.context().close();
});
