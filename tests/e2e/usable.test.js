import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrives, closePage, desktop, linkOnScreen, mobile, newPage, screen } from './harness/chromium.js';
import { decodeQr, partsOf, spotsInQuietZone } from './harness/qr.js';
import { scanned, toConfirmSheet } from './harness/scan-flow.js';
import { site } from './harness/site.js';
import { bringAbout, states } from './harness/states.js';

/** For people, and cameras, who see or move in other ways: colours, motion, the keyboard, the focus. */

const { server, browser } = await site({ users: ['Ada', 'Dora'] });

async function inState(name, options = {}) {
  const page = await newPage(browser, { ...desktop, ...options });
  await bringAbout(page, server.origin, states[name]);
  return page;
}

for (const colorScheme of ['light', 'dark']) {
  for (const forcedColors of ['none', 'active']) {
    for (const viewport of [{ width: 320, height: 640 }, desktop.viewport]) {
      test(`the code is dark on white in its quiet zone: ${colorScheme}, forced colours ${forcedColors}, ${viewport.width} px`, async () => {
        const page = await inState('login-waiting', { colorScheme, forcedColors, viewport });
        const picture = await page.screenshot();
        assert.match(decodeQr(picture) ?? '', /\/S\/[A-Z2-7]{36}$/);
        assert.deepEqual(spotsInQuietZone(picture), []);
        await closePage(page);
      });
    }
  }
}

/** The ring's animations, and how much of it is gone at half of its time and at the end (of 100). */
function ring(page) {
  return page.locator('[data-ring]').evaluate((element) => {
    const gone = () => Number.parseFloat(getComputedStyle(element).strokeDashoffset);
    const running = element.getAnimations();
    const [animation] = running;
    if (!animation) return { running: 0, gone: gone() };
    const lifeMs = Number(animation.effect.getTiming().duration);
    animation.pause();
    animation.currentTime = lifeMs / 2;
    const half = gone();
    animation.currentTime = lifeMs;
    return { running: running.length, lifeMs, half, end: gone() };
  });
}

test('the ring counts how long codes are shown', async () => {
  const wholeMs = 300_000;
  const page = await inState('login-waiting', { reducedMotion: 'no-preference' });
  const { running, lifeMs, half, end } = await ring(page);
  assert.equal(running, 1);
  assert.ok(lifeMs > 0 && lifeMs <= wholeMs, `${lifeMs} ms are left of the whole time`);
  // Half of what is left when the code appears is gone half-way.
  assert.ok(Math.abs(half - (100 - (50 * lifeMs) / wholeMs)) < 0.01, `${half} of 100 is gone half-way`);
  assert.equal(end, 100);
  await closePage(page);
});

test('nothing moves for people who asked for that', async () => {
  const page = await inState('login-waiting', { reducedMotion: 'reduce' });
  assert.deepEqual(await ring(page), { running: 0, gone: 0 });
  assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0);
  await closePage(page);
});

/** Presses Tab until what `selector` names has the focus, as a person does who cannot point. */
async function tabTo(page, selector) {
  const there = () => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
  for (let presses = 0; presses < 20; presses += 1) {
    if (await there()) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no 20 presses of Tab lead to ${selector}`);
}

const cardStates = [
  'starting', 'waiting', 'scanned', 'scanned-long', 'scanned-offline', 'number', 'number-nameless', 'number-offline', 'approved',
  'declined', 'wrong-number', 'reported', 'expired', 'offline', 'refused',
];

for (const [locale, width] of [['en-US', 320], ['zh-CN', 320], ['en-US', 1280]]) {
  test(`the card keeps its size and its parts their place from state to state: ${locale}, ${width} px`, async () => {
    const boxes = {};
    for (const state of cardStates) {
      const page = await inState(`login-${state}`, { locale, viewport: { width, height: 800 } });
      boxes[state] = await page.evaluate(() => {
        const stage = document.querySelector('.stage');
        const inside = [...stage.querySelectorAll('.panel > *')].filter((element) => element.checkVisibility());
        const { top, bottom } = stage.getBoundingClientRect();
        const places = ['.login', 'h1', '.stage', '.status', '.steps'].map((selector) => {
          const { y, height } = document.querySelector(selector).getBoundingClientRect();
          return [selector, y, height];
        });
        const fits = inside.every((element) => element.getBoundingClientRect().top >= top && element.getBoundingClientRect().bottom <= bottom);
        return { places, fits };
      });
      await page.context().close();
    }
    for (const [state, box] of Object.entries(boxes)) assert.deepEqual(box, { ...boxes.waiting, fits: true }, state);
  });
}

test('the code to type can be had by keyboard', async () => {
  const page = await inState('login-typed');
  await page.locator('details.type summary').click();
  assert.ok(!(await page.locator('[data-typed]').isVisible()));
  await tabTo(page, 'summary');
  await page.keyboard.press('Enter');
  await page.locator('[data-typed]').filter({ hasText: 'WDJB-MJHT' }).waitFor();
  await closePage(page);
});

test('a new code can be had by keyboard', async () => {
  const { computer, phone, link } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Dora');
  await phone.locator('[data-answer="deny"]').tap();
  await screen(computer, 'declined').waitFor();
  await tabTo(computer, '[data-for="declined"] [data-again]');
  await computer.keyboard.press('Space');
  assert.notEqual(partsOf(await linkOnScreen(computer)).login, partsOf(link).login);
  await closePage(computer);
  await closePage(phone);
});

test('the focus goes on where what had it went away, and stays where it was otherwise', async () => {
  const page = await inState('login-waiting');
  await tabTo(page, 'summary');
  await page.lastSocket.send(JSON.stringify({ type: 'denied', seq: 9, reason: 'declined' }));
  await screen(page, 'declined').waitFor();
  assert.ok(await page.locator('[data-for="declined"] [data-again]').evaluate((button) => button === document.activeElement));
  assert.equal(await page.locator('[data-announce]').innerText(), 'The sign-in was declined.');
  await closePage(page);

  const untouched = await inState('login-waiting');
  await untouched.lastSocket.send(JSON.stringify({ type: 'scanned', seq: 9, name: 'Ada' }));
  await screen(untouched, 'scanned').waitFor();
  assert.ok(await untouched.evaluate(() => document.activeElement === document.body), 'nobody is moved who went nowhere');
  assert.match(await untouched.locator('[data-announce]').innerText(), /^Hi Ada\. Confirm on your phone\./);
  await closePage(untouched);
});

test('a phone is answered by keyboard; Decline comes first, and each new screen has the focus on its heading', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await toConfirmSheet(phone, 'Ada');
  const headingHasFocus = () => phone.evaluate(() => document.activeElement?.matches('[data-screen]:not([hidden]) h1'));
  assert.ok(await headingHasFocus());
  await tabTo(phone, '[data-answer="deny"]');
  await phone.keyboard.press('Tab');
  assert.ok(await phone.evaluate(() => document.activeElement?.matches('[data-answer="approve"]')));
  await phone.keyboard.press('Enter');
  await screen(phone, 'approved').waitFor();
  assert.ok(await headingHasFocus());
  await arrives(computer, `${server.origin}/dashboard`);
  await closePage(computer);
  await closePage(phone);
});

test('what is said of the number to type is as large as what is said of the answers', async () => {
  const page = await inState('phone-number-missing', mobile);
  const sizes = (selector) => page.locator(selector).evaluateAll((found) => found.map((one) => getComputedStyle(one).fontSize));
  const [plain] = await sizes('[data-answer="approve"]');
  assert.deepEqual(await sizes('[for="number"], #number-hint, [data-fault="number"]'), [plain, plain, plain]);
  await closePage(page);
});

/** How a button looks, without what it says. */
function looks(button) {
  return button.evaluate((element) => {
    const { width, height, top } = element.getBoundingClientRect();
    const { color, backgroundColor, borderColor, fontSize, fontWeight, padding } = getComputedStyle(element);
    const words = document.createRange();
    words.selectNodeContents([...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE));
    return { box: [width, height, top], style: { color, backgroundColor, borderColor, fontSize, fontWeight, padding }, lines: words.getClientRects().length };
  });
}

for (const [locale, words] of Object.entries({ 'en-US': ['Decline', 'Approve'], 'zh-CN': ['拒绝', '确认'] })) {
  for (const viewport of [{ width: 320, height: 640 }, mobile.viewport]) {
    test(`no answer is made easier than the other: ${words.join(', ')} at ${viewport.width} px`, async () => {
      const page = await inState('phone-confirm', { viewport, locale });
      const buttons = page.locator('[data-answer]');
      assert.deepEqual((await buttons.allInnerTexts()).map((text) => text.trim()), words);
      const [decline, approve] = [await looks(buttons.nth(0)), await looks(buttons.nth(1))];
      assert.deepEqual(approve, decline, 'the same size and looks');
      assert.equal(decline.lines, 1, 'on one line');
      await closePage(page);
    });
  }
}

for (const [ageMs, en, zh] of [[4_000, 'just now', '刚刚'], [12_000, '12 seconds ago', '12秒钟前'], [61_000, '1 minute ago', '1分钟前']]) {
  test(`the phone says how long ago it was asked: ${en}`, async () => {
    for (const [locale, words] of [['en-US', en], ['zh-CN', zh]]) {
      const page = await newPage(browser, { ...mobile, locale });
      await states['phone-confirm'].before(page);
      await page.route('**/v1/scans', (route) => route.fulfill({ status: 201, json: { ...states['phone-confirm'].sheet, age_ms: ageMs } }));
      await page.goto(server.origin + states['phone-confirm'].path);
      await screen(page, 'confirm').waitFor();
      assert.equal(await page.locator('[data-screen="confirm"] [data-slot="age"]').innerText(), words);
      await closePage(page);
    }
  });
}
