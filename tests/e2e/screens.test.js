import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, newPage, screen } from './harness/chromium.js';
import { newDirectory, Server } from './harness/latchkey.js';
import { decodeQr } from './harness/qr.js';
import { bringAbout, states } from './harness/states.js';

/**
 * A picture of every state of every page, at three sizes, in light and dark and in both languages; and of each that it
 * fits its screen, can be read and can be used by people who see or point in other ways (axe).
 */

const pictures = process.env.LATCHKEY_SCREENSHOTS ?? newDirectory();
const sizes = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const schemes = ['light', 'dark'];
const languages = { en: 'en-US', zh: 'zh-CN' };
/** Where axe looks: colours are the same in both languages, and words in both lights. */
const judged = { en: 'light', zh: 'dark' };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `2/3`: every third state, beginning with the second. */
const [part, parts] = (process.env.LATCHKEY_PART ?? '1/1').split('/').map(Number);

let server;
let browser;
let session;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  server = await Server.start({ users: ['Ada'] });
  browser = await launch();
  const phone = await server.phone('Ada');
  session = phone.jar.value('latchkey_session');
  phone.close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(state, locale) {
  // Nothing moves, so that a picture shows a state and not the way there.
  const options = { locale, viewport: sizes[0], javaScriptEnabled: !state.withoutScript, reducedMotion: 'reduce' };
  const page = await newPage(browser, options);
  const at = { domain: state.named ? 'localhost' : '127.0.0.1', httpOnly: true };
  const cookies = [];
  if (state.signedIn) cookies.push({ name: 'latchkey_session', value: session, path: '/', ...at });
  if (state.collecting) cookies.push({ name: 'latchkey_login', value: 'A'.repeat(54), path: '/dashboard.html', ...at });
  await page.context().addCookies(cookies);
  await bringAbout(page, server.origin, state);
  return page;
}

/** What people without script have before them, as a page on which axe can run: nothing hidden in it, no script of ours. */
async function readable(state, locale) {
  const page = await newPage(browser, { locale, viewport: sizes[1], reducedMotion: 'reduce' });
  await page.route(server.origin + state.path, async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/g, '');
    const body = text.replace(/<(\/?)noscript>/g, '<$1div>').replace(/<script.*?<\/script>/g, '');
    await route.fulfill({ response, body });
  });
  await page.goto(server.origin + state.path);
  return page;
}

/** Findings of axe that keep somebody from using the page. */
async function barriers(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join('; ')}`);
}

/** What stands wider than the screen. */
function overflow(page) {
  return page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
}

for (const [at, [name, state]] of Object.entries(states).entries()) {
  if (at % parts !== part - 1) continue;
  test(`${name}: fits, is readable and usable, in every size, light and language`, async () => {
    for (const [language, locale] of Object.entries(languages)) {
      const page = await open(state, locale);
      const tried = state.withoutScript ? await readable(state, locale) : page;
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        for (const viewport of sizes) {
          await page.setViewportSize(viewport);
          if (state.screen) await screen(page, state.screen).waitFor();
          const path = join(pictures, `${name}.${language}.${colorScheme}.${viewport.width}.png`);
          const picture = await page.screenshot({ path, fullPage: true });
          if (name === 'login-waiting') {
            assert.match(decodeQr(picture) ?? '', /\/S\/[A-Z2-7]{36}$/, `the code can be read in ${path}`);
          }
          assert.ok((await overflow(page)) <= 0, `${path}: nothing stands out to the right`);
        }
        if (judged[language] !== colorScheme) continue;
        await tried.emulateMedia({ colorScheme });
        await tried.setViewportSize(sizes[1]);
        assert.deepEqual(await barriers(tried), [], `${name} ${language} ${colorScheme}`);
      }
      for (const one of new Set([page, tried])) await one.context().close();
    }
  });
}

test('the whole of signing in can be done by keyboard', async () => {
  const page = await newPage(browser, { viewport: sizes[1] });
  await page.goto(`${server.origin}/signin?next=/home`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.tagName);
  for (let presses = 0; (await focused()) !== 'name' && presses < 10; presses += 1) await page.keyboard.press('Tab');
  assert.equal(await focused(), 'name');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'password');
  await page.keyboard.type('correct horse battery staple');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.origin}/home`);
  await page.context().close();
});
