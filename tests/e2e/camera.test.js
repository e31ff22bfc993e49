import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, arrives, closePage, desktop, linkOnScreen, mobile, newPage, screen, sessionOf } from './harness/chromium.js';
import { launchWithCamera } from './harness/film.js';
import { eventually } from './harness/patience.js';
import { approvedAndSignedIn, isSignedIn, signedInAtHome } from './harness/scan-flow.js';
import { site } from './harness/site.js';

/** The whole way with a camera: what the first browser shows is filmed by the second, up to the dashboard. */

const { server, browser } = await site({ users: ['Ada'] });

/** A phone with a camera, signed in and at home; `film` holds the camera before the screen of a page that shows a code. */
async function phoneWithCamera(t) {
  const { browser: withCamera, show } = await launchWithCamera(t);
  const phone = await newPage(withCamera, { ...mobile, permissions: ['camera'] });
  await signedInAtHome(phone, server.origin, 'Ada');
  const film = async (computer) => {
    await linkOnScreen(computer);
    show(await computer.screenshot());
  };
  return { phone, film };
}

/** The camera is held before the screen until the phone sees who asks; a code that moved on meanwhile is filmed again. */
async function scansByCamera({ phone, film }, computer) {
  await eventually(async () => {
    await phone.goto(`${server.origin}/home`);
    await screen(phone, 'home').waitFor();
    await film(computer);
    await phone.locator('[data-scan-start]').tap();
    const seen = await phone.waitForURL(/\/s\/[A-Z2-7]{36}$/i, { timeout: 15_000 }).catch(() => 'not seen');
    if (seen === 'not seen') return false;
    await phone.locator('[data-screen="loading"]').waitFor({ state: 'hidden' });
    return (await screen(phone, 'code-expired').count()) === 0;
  }, 'a code that the camera saw in time');
  await screen(phone, 'confirm').waitFor();
}

test('the camera sees the whole screen of the computer, and a tap leads it to the dashboard', async (t) => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const held = await phoneWithCamera(t);
  await scansByCamera(held, computer);
  await computer.getByText('Hi Ada. Confirm on your phone.').filter({ visible: true }).first().waitFor();
  await approvedAndSignedIn({ computer, phone: held.phone }, server.origin, 'Ada');
  await closePage(held.phone);
  await closePage(computer);
});

test('one phone signs in a light and a dark screen, one after the other', async (t) => {
  const held = await phoneWithCamera(t);
  for (const colorScheme of ['light', 'dark']) {
    const computer = await newPage(browser, { ...desktop, colorScheme, locale: 'zh-CN' });
    await computer.goto(`${server.origin}/`);
    await scansByCamera(held, computer);
    await answer(held.phone, 'approve');
    await screen(held.phone, 'approved').waitFor();
    await arrives(computer, `${server.origin}/dashboard`);
    await isSignedIn(computer, 'Ada');
    await closePage(computer);
  }
  assert.equal((await sessionOf(held.phone)).status, 200, 'the phone itself stays signed in');
  await closePage(held.phone);
});
