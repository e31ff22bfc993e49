import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { scan } from './harness/calls.js';
import { closePage, desktop, launch, newPage } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { decodeQr, partsOf, spotsInQuietZone } from './harness/qr.js';

/** Signing in with a Chromium that runs no script: the page loads itself again and again. */

const scriptlessStep = 0xffe;
const looks = { ...desktop, javaScriptEnabled: false };
let server;
let browser;
let phone;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = await launch();
  phone = await server.phone('Ada');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens `/`, which leads to the page without script, and reads the code from its pixels. */
async function showing(options = {}) {
  const page = await newPage(browser, { ...looks, ...options });
  await page.goto(`${server.origin}/`);
  await page.waitForURL(`${server.origin}/plain`);
  let picture;
  const link = await eventually(async () => {
    picture = await page.screenshot();
    return decodeQr(picture);
  }, 'a code that can be read from its pixels');
  assert.equal(new URL(link).origin, server.origin);
  assert.equal(partsOf(link).step, scriptlessStep);
  return { page, picture, code: link.split('/').pop() };
}

/** Scans by a call, and gives the number that the page comes to show by itself. */
async function scannedOn(page, code) {
  const seen = await scan(phone, code);
  assert.equal(seen.status, 201, seen.text);
  assert.equal(seen.json.confirm, 'number');
  assert.deepEqual([seen.json.browser, seen.json.system, seen.json.known_browser], ['', '', false]);
  await page.locator('.number').waitFor();
  return { id: seen.json.id, number: await page.locator('.number').innerText() };
}

test('a page without script shows a code, then the number, and is signed in by its button', async () => {
  const { page, code } = await showing();
  const { id, number } = await scannedOn(page, code);
  assert.match(number, /^\d\d$/);
  const approved = await phone.post(`/v1/scans/${id}/approve`, { json: { number } });
  assert.equal(approved.status, 200, approved.text);
  const button = page.getByRole('button', { name: 'Continue' });
  await button.waitFor();
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.origin}/dashboard`);
  const session = await page.context().request.get(`${server.origin}/v1/session`);
  assert.equal((await session.json()).account.name, 'Ada');
  await closePage(page);
});

test('a wrong number ends it, and the page offers a new code', async () => {
  const { page, code } = await showing({ locale: 'zh-CN' });
  const { id, number } = await scannedOn(page, code);
  const wrong = number === '07' ? '08' : '07';
  await phone.post(`/v1/scans/${id}/approve`, { json: { number: wrong } });
  await page.getByText('手机上输入的数字不正确').waitFor();
  await page.getByRole('link', { name: '显示新的二维码' }).click();
  await eventually(async () => {
    const link = decodeQr(await page.screenshot());
    return link && link.split('/').pop() !== code;
  }, 'another code');
  await closePage(page);
});

test('the code is dark on white with its quiet zone, also in the dark and on a narrow screen', async () => {
  const { page, picture } = await showing({ colorScheme: 'dark', viewport: { width: 320, height: 640 } });
  assert.deepEqual(spotsInQuietZone(picture), []);
  // The page loads itself again now and then.
  const width = () => page.evaluate(() => document.documentElement.scrollWidth).catch(() => 0);
  assert.equal(await eventually(width, 'the width of the page'), 320);
  if (process.env.LATCHKEY_SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.LATCHKEY_SCREENSHOTS}/plain-waiting-320-dark.png`, fullPage: true });
  }
  await closePage(page);
});
