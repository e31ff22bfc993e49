import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { eventually, patienceMs } from './patience.js';
import { decodeQr } from './qr.js';

/** Debian's Chromium, with what a person would do in it. */

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium does not know from which network a page came that a test puts in place, and would keep it from loopback.
  '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,Translate,OptimizationHints',
];

export const desktop = { viewport: { width: 1280, height: 800 } };
export const mobile = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/**
 * A browser that one test alone uses is given its context `t`, and does not outlive that test. `without` are flags that
 * Playwright sets by itself.
 */
export async function launch(t, more = [], without = []) {
  const args = [...flags, ...more];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args, ignoreDefaultArgs: without, timeout: patienceMs });
  t?.after(() => browser.close());
  return browser;
}

/** A page in a browser context of its own. `complaints` gathers what its console says of faults and broken policies. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', ...options });
  context.setDefaultTimeout(patienceMs);
  context.setDefaultNavigationTimeout(patienceMs);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium writes every answer from 400 on to the console by itself; those are no faults of a page.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
      page.complaints.push(message.text());
    }
  });
  return page;
}

export async function closePage(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, [], 'the page ran without a fault and without breaking its own policy');
}

/** Shown, among the screens of one page. */
export function screen(page, name) {
  return page.locator(`[data-screen="${name}"]:not([hidden])`);
}

/** The link in the code that the login page shows, read from its pixels. */
export async function linkOnScreen(page) {
  return eventually(async () => {
    await screen(page, 'waiting').waitFor();
    return decodeQr(await page.screenshot());
  }, 'a code on the screen that can be read from its pixels');
}

/** The page goes to `url` by itself. When it does not, the failure says where it stays. */
export async function arrives(page, url) {
  try {
    await page.waitForURL(url);
  } catch (error) {
    const shown = await page.locator('.login').getAttribute('data-screen', { timeout: 1000 }).catch(() => null);
    throw new Error(`the page is to go to ${url} and stays at ${page.url()}, screen ${shown}`, { cause: error });
  }
}

export async function signInOn(page, name, password) {
  await page.locator('[name=name]:visible').fill(name);
  await page.locator('[name=password]:visible').fill(password);
  await page.locator('[type=submit]:visible').click();
}

/** Presses `approve` or `deny` on the confirm sheet. */
export async function answer(page, decision) {
  await page.locator(`[data-answer="${decision}"]`).tap();
}

/**
 * What `GET /v1/session` says to this page's browser, asked beside the page: a page whose session ended leaves for the
 * sign-in page by itself, and a question from within it would go down with it.
 */
export async function sessionOf(page) {
  const response = await page.context().request.get(new URL('/v1/session', page.url()).href);
  return { status: response.status(), body: await response.json() };
}
