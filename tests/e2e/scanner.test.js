import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closePage, desktop, linkOnScreen, mobile, newPage, screen } from './harness/chromium.js';
import { launchWithCamera } from './harness/film.js';
import { eventually } from './harness/patience.js';
import { decodeQr } from './harness/qr.js';
import { signedInAtHome } from './harness/scan-flow.js';
import { site } from './harness/site.js';
import { bringAbout, states } from './harness/states.js';

/** The scanner of the phone's home: what the camera sees, and what becomes of it. */

const { server, browser } = await site({ users: ['Ada'] });

/** The login page, a picture of its code, or of another `part` of it, and the link that is in the picture. */
async function shownCode(part = '.stage') {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  await linkOnScreen(computer);
  const { picture, link } = await eventually(async () => {
    const taken = await computer.locator(part).screenshot();
    const read = decodeQr(taken);
    return (read || part !== '.stage') && { picture: taken, link: read };
  }, 'a picture of a code that can be read');
  return { computer, picture, link };
}

/** The page goes to `link`, however that is written. */
async function goesTo(page, link) {
  await page.waitForURL((url) => url.href.toLowerCase() === link.toLowerCase());
}

/** Home, signed in, in a browser of its own; `show` puts a picture before its camera. */
async function atHome(t, { mayUseCamera = true, origin = server.origin } = {}) {
  const { browser: withCamera, show } = await launchWithCamera(t);
  const phone = await newPage(withCamera, { ...mobile, permissions: mayUseCamera ? ['camera'] : [] });
  await signedInAtHome(phone, origin, 'Ada');
  return { phone, show };
}

/** The state of the camera as the page's own track tells it; null when there is none. */
function trackState(page) {
  return page.locator('[data-video]').evaluate((video) => video.srcObject?.getVideoTracks()[0]?.readyState ?? null);
}

/** Keeps the stream that the page gets, and gives the number of cameras that are still on. */
async function watchCameras(page) {
  await page.evaluate(() => {
    window.given = [];
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      window.given.push(...stream.getTracks());
      return stream;
    };
  });
  return () => page.evaluate(() => window.given.filter(({ readyState }) => readyState === 'live').length);
}

test('the code on another screen is seen by the camera, and leads to who asks', async (t) => {
  const { phone, show } = await atHome(t);
  assert.equal(await trackState(phone), null, 'no camera is on before it is asked for');
  const { computer, link, picture } = await shownCode();
  show(picture);
  await phone.locator('[data-scan-start]').tap();
  await goesTo(phone, link);
  // A code that moved on while the camera looked has run out: that is an answer, too.
  await screen(phone, 'confirm').or(screen(phone, 'code-expired')).waitFor();
  await closePage(phone);
  await closePage(computer);
});

test('nothing else that a camera may see leads anywhere, and the page says why', async (t) => {
  // The same server at another address: to this page, its code is foreign.
  const elsewhere = server.origin.replace('127.0.0.1', 'localhost');
  const { phone, show } = await atHome(t, { origin: elsewhere });
  const { computer, picture } = await shownCode();
  show(picture);
  await phone.locator('[data-scan-start]').tap();
  await phone.locator('[data-seen="foreign"]').waitFor();
  assert.equal(phone.url(), `${elsewhere}/home`);
  assert.equal(await phone.locator('[data-announce]').innerText(), 'This is not a Latchkey code of this site.');
  await closePage(phone);
  await closePage(computer);
});

test('without permission the page says how to give it, and a code can be typed', async (t) => {
  const { phone, show } = await atHome(t, { mayUseCamera: false });
  const { computer, link, picture } = await shownCode();
  show(picture);
  await phone.locator('[data-scan-start]').tap();
  await phone.locator('[data-camera="refused"]').waitFor();
  await phone.locator('[name=code]').fill(link);
  await phone.locator('form[data-type] [type=submit]').tap();
  await screen(phone, 'confirm').waitFor();
  await closePage(phone);
  await closePage(computer);
});

test('the camera is let go when the person stops it and when the page is hidden', async (t) => {
  const { phone, show } = await atHome(t);
  const { computer, picture } = await shownCode('.steps');
  show(picture);
  const on = await watchCameras(phone);

  await phone.locator('[data-scan-start]').tap();
  await phone.locator('[data-scan-stop]').waitFor();
  assert.equal(await on(), 1);
  await phone.locator('[data-scan-stop]').tap();
  await phone.locator('[data-scan-start]').waitFor();
  assert.equal(await on(), 0);

  await phone.locator('[data-scan-start]').tap();
  await phone.locator('[data-scan-stop]').waitFor();
  assert.equal(await on(), 1);
  await phone.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await phone.locator('[data-scan-start]').waitFor();
  assert.equal(await on(), 0);
  await closePage(phone);
  await closePage(computer);
});

test('a camera that comes when the person is gone again is let go at once', async () => {
  const page = await newPage(browser, mobile);
  await page.context().addCookies([await sessionCookie()]);
  const state = states['home-scanning'];
  await state.before(page);
  await page.addInitScript(() => {
    const open = navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getUserMedia = async (wish) => {
      await new Promise((allow) => (window.allow = allow));
      window.late = await open(wish);
      return window.late;
    };
  });
  await page.goto(server.origin + state.path);
  await page.locator('[data-scan-start]').tap();
  await eventually(() => page.evaluate(() => 'allow' in window), 'the question for the camera');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    window.allow();
  });
  await eventually(() => page.evaluate(() => window.late?.getTracks()[0].readyState === 'ended'), 'the end of the camera');
  assert.ok(await page.locator('[data-viewfinder]').isHidden());
  await closePage(page);
});

test('the light is there where the camera has one, and says whether it is on', async () => {
  const page = await newPage(browser, mobile);
  await page.context().addCookies([await sessionCookie()]);
  await bringAbout(page, server.origin, states['home-scanning']);
  const wishes = await page.locator('[data-video]').evaluateHandle((video) => {
    const heard = [];
    video.srcObject.getVideoTracks()[0].applyConstraints = async (wish) => void heard.push(wish.advanced[0].torch);
    return heard;
  });
  const light = page.locator('[data-torch]');
  await light.tap();
  await page.locator('[data-torch][aria-pressed="true"]').waitFor();
  await light.tap();
  await page.locator('[data-torch][aria-pressed="false"]').waitFor();
  assert.deepEqual(await wishes.jsonValue(), [true, false]);
  await closePage(page);
});

test('a reader of the browser that promises codes and fails gives way to ours', async (t) => {
  const { phone, show } = await atHome(t);
  const { computer, link, picture } = await shownCode();
  show(picture);
  await phone.evaluate(() => {
    window.BarcodeDetector = class {
      static async getSupportedFormats() {
        return ['qr_code'];
      }
      detect() {
        return Promise.reject(new DOMException('', 'NotSupportedError'));
      }
    };
  });
  await phone.locator('[data-scan-start]').tap();
  await goesTo(phone, link);
  await closePage(phone);
  await closePage(computer);
});

test('a reader that does not come is said, and nothing else breaks', async (t) => {
  const { phone, show } = await atHome(t);
  const { computer, picture } = await shownCode();
  show(picture);
  await phone.route('**/assets/worker.*.js', (route) => route.abort());
  const on = await watchCameras(phone);
  await phone.locator('[data-scan-start]').tap();
  await phone.locator('[data-camera="failed"]').waitFor();
  assert.equal(await on(), 0);
  await phone.context().close();
  await closePage(computer);
});

test('the scanner can be used by keyboard, and the focus is never lost', async () => {
  const page = await newPage(browser, desktop);
  await page.context().addCookies([await sessionCookie()]);
  await states['home-scanning'].before(page);
  await page.goto(`${server.origin}/home`);
  await page.locator('[data-scan-start]').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-scan-stop]').waitFor();
  const focused = (selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
  assert.ok(await focused('[data-scan-stop]'));
  await page.keyboard.press('Enter');
  await page.locator('[data-scan-start]').waitFor();
  assert.ok(await focused('[data-scan-start]'));
  await closePage(page);
});

async function sessionCookie() {
  const phone = await server.phone('Ada');
  const value = phone.jar.value('latchkey_session');
  phone.close();
  return { name: 'latchkey_session', value, path: '/', domain: '127.0.0.1', httpOnly: true };
}
