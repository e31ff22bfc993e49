import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, closePage, mobile, newPage, screen, signInOn } from './harness/chromium.js';
import { password } from './harness/latchkey.js';
import { phonePath, served } from './harness/phone-states.js';
import { problem, says } from './harness/says.js';
import { site } from './harness/site.js';
import { bringAbout, states } from './harness/states.js';

/** What the phone's page asks of the server, and when. */

const { server, browser } = await site({ users: ['Ada'] });

/** A page that remembers what it posted to scans: the end of the path, and the body. */
async function watched(options = {}) {
  const page = await newPage(browser, { ...mobile, ...options });
  page.posted = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === 'POST' && pathname.startsWith('/v1/scans')) {
      page.posted.push([pathname.split('/').pop(), request.postDataJSON()]);
    }
  });
  return page;
}

const { sheet } = states['phone-confirm'];
const numberState = states['phone-confirm-number'];
const scan = { status: 201, json: sheet };

test('a scan is made with the handle that the page was served with, and with the same after a reload', async () => {
  const page = await watched();
  await says(page, '/v1/scans', scan);
  await served(page, { handle: 'Sealed_handle-1' });
  await page.goto(server.origin + phonePath);
  await screen(page, 'confirm').waitFor();
  await served(page, { problem: 'code-expired' });
  await page.reload();
  await screen(page, 'confirm').waitFor();
  await served(page, { handle: 'Sealed_handle-2' });
  await page.reload();
  await screen(page, 'confirm').waitFor();
  const handles = page.posted.map(([, body]) => body);
  assert.deepEqual(handles, [{ handle: 'Sealed_handle-1' }, { handle: 'Sealed_handle-1' }, { handle: 'Sealed_handle-2' }]);
  await closePage(page);
});

test('a code that has run out is said at once, and nothing is asked', async () => {
  const page = await watched();
  await served(page, { problem: 'code-expired' });
  await page.goto(server.origin + phonePath);
  await screen(page, 'code-expired').waitFor();
  assert.deepEqual(page.posted, []);
  await closePage(page);
});

test('signing in on the way goes on with the same handle', async () => {
  const page = await watched();
  const answers = [problem(401, 'not-signed-in'), scan];
  await page.route('**/v1/scans', (route) => route.fulfill(answers.shift()));
  await served(page, { handle: 'Sealed_handle-1' });
  await page.goto(server.origin + phonePath);
  await screen(page, 'signin').waitFor();
  await signInOn(page, 'Ada', password);
  await screen(page, 'confirm').waitFor();
  assert.deepEqual(page.posted.map(([, body]) => body), [{ handle: 'Sealed_handle-1' }, { handle: 'Sealed_handle-1' }]);
  await closePage(page);
});

test('a short code in the address is looked up as one, in any case', async () => {
  const page = await watched();
  await says(page, '/v1/scans', scan);
  for (const path of ['/s/WDJB-MJHT', '/s/wdjbmjht', '/S/WDJB-MJHT']) {
    await page.goto(server.origin + path);
    await screen(page, 'confirm').waitFor();
  }
  assert.deepEqual(page.posted.map(([, body]) => body), Array(3).fill({ user_code: 'WDJB-MJHT' }));
  await closePage(page);
});

test('a number is asked for before anything is sent; then it is sent as it was typed, by button or by Enter', async () => {
  for (const send of [(page) => answer(page, 'approve'), (page) => page.keyboard.press('Enter')]) {
    const page = await watched();
    await bringAbout(page, server.origin, numberState);
    await says(page, '/v1/scans/*/approve', { status: 200, json: { state: 'approved' } });
    const field = page.locator('[name=number]');
    for (const typed of ['', '7']) {
      await field.fill(typed);
      await field.focus();
      await send(page);
      await page.locator('[data-fault="number"]').waitFor();
      assert.ok(await field.evaluate((element) => element === document.activeElement && element.ariaInvalid === 'true'));
    }
    assert.deepEqual(page.posted, [['scans', { code: phonePath.split('/').pop() }]], 'one try is not spent on half a number');
    await field.fill('07');
    await send(page);
    await screen(page, 'approved').waitFor();
    assert.deepEqual(page.posted.slice(1), [['approve', { number: '07' }]]);
    await closePage(page);
  }
});

test('no number is asked for, and none is sent, where none is shown', async () => {
  const page = await watched();
  await bringAbout(page, server.origin, states['phone-approved']);
  assert.deepEqual(page.posted[1], ['approve', {}]);
  await closePage(page);
});

test('"This wasn’t me" is small but plain, comes after both answers, and says what was ended', async () => {
  const page = await watched();
  await bringAbout(page, server.origin, states['phone-confirm']);
  await says(page, '/v1/scans/*/report', { status: 200, json: { state: 'reported', sessions_ended: 2 } });
  const report = screen(page, 'confirm').locator('[data-report]');
  const { width, height } = await report.boundingBox();
  assert.ok(width >= 24 && height >= 24, `${width} × ${height} px can be hit`);
  await page.locator('[data-answer="approve"]').focus();
  await page.keyboard.press('Tab');
  assert.ok(await report.evaluate((element) => element === document.activeElement));
  await page.keyboard.press('Enter');
  await screen(page, 'reported').waitFor();
  assert.equal(await screen(page, 'reported').locator('[data-slot="ended"]').innerText(), '2');
  assert.deepEqual(page.posted[1], ['report', {}]);
  await closePage(page);
});

test('a report whose answer is lost is sent again, and not as anything else', async () => {
  const page = await watched();
  await bringAbout(page, server.origin, states['phone-confirm']);
  await says(page, '/v1/scans/*/report', 'gone');
  await screen(page, 'confirm').locator('[data-report]').tap();
  await screen(page, 'unsure').waitFor();
  await page.locator('[data-screen="unsure"] [data-retry]').tap();
  await screen(page, 'unsure').waitFor();
  assert.deepEqual(page.posted.slice(1), [['report', {}], ['report', {}]]);
  await closePage(page);
});

for (const [state, name] of [['phone-approved', 'approved'], ['phone-ended', 'ended']]) {
  for (const [locale, words] of [['en-US', 'This wasn’t me'], ['zh-CN', '不是我']]) {
    test(`"${words}" comes last on the screen "${name}"; what fails is said there, and it can be pressed again`, async () => {
      const page = await watched({ locale, viewport: { width: 320, height: 640 } });
      await bringAbout(page, server.origin, states[state]);
      const here = screen(page, name);
      const report = here.locator('[data-report]');
      assert.equal(await report.innerText(), words);
      await here.locator('a[href="/home"]').focus();
      await page.keyboard.press('Tab');
      assert.ok(await report.evaluate((element) => element === document.activeElement));
      for (const [said, fault] of [['gone', 'unreachable'], [problem(429, 'too-many-requests'), 'too-many-requests'], [problem(404, 'login-unknown'), 'gone']]) {
        await says(page, '/v1/scans/*/report', said);
        await page.keyboard.press('Enter');
        await here.locator(`[data-fault="${fault}"]`).waitFor();
        assert.ok(await report.evaluate((element) => element === document.activeElement), 'the focus stays');
      }
      await says(page, '/v1/scans/*/report', { status: 200, json: { state: 'reported', sessions_ended: 1 } });
      await page.keyboard.press('Enter');
      await screen(page, 'reported').waitFor();
      assert.ok(await screen(page, 'reported').locator('h1').evaluate((element) => element === document.activeElement));
      assert.equal(await screen(page, 'reported').locator('[data-slot="ended"]').innerText(), '1');
      assert.deepEqual(page.posted.slice(-4), Array(4).fill(['report', {}]));
      await closePage(page);
    });
  }
}

test('the browser that was approved can be signed out for a minute', async () => {
  const page = await watched();
  await page.clock.install();
  await bringAbout(page, server.origin, states['phone-approved']);
  const end = page.locator('[data-end]');
  await page.clock.runFor(20_000);
  await end.focus();
  assert.ok(await end.isVisible());
  const report = screen(page, 'approved').locator('[data-report]');
  const place = await report.boundingBox();
  await page.clock.runFor(41_000);
  assert.ok(!(await end.isVisible()));
  assert.ok(await page.evaluate(() => document.activeElement?.matches('[data-screen="approved"] h1')), 'the focus is not lost');
  assert.deepEqual(await report.boundingBox(), place, 'what is below has not moved');
  await closePage(page);
});

for (const [ended, words] of [[1, 'That browser was signed in and is now signed out.'], [0, 'Your approval was taken back.']]) {
  test(`what "Sign out that browser" did is said: ${words}`, async () => {
    const page = await watched();
    await bringAbout(page, server.origin, states['phone-approved']);
    await says(page, '/v1/scans/*/end', { status: 200, json: { sessions_ended: ended } });
    await page.locator('[data-end]').tap();
    await screen(page, 'ended').getByText(words).waitFor();
    assert.deepEqual(page.posted.at(-1), ['end', {}]);
    await closePage(page);
  });
}
