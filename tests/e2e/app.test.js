import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, mobile, newPage, screen, signInOn } from './harness/chromium.js';
import { password, Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';

/** The phone's page as an app: it can be installed, opens on the scanner, says when it is offline, and keeps no secret. */

let server;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function atHome() {
  const page = await newPage(browser, { ...mobile, serviceWorkers: 'allow' });
  await page.goto(`${server.origin}/signin?next=/home`);
  await signInOn(page, 'Ada', password);
  await screen(page, 'home').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  return page;
}

test('it has all that a phone wants of an app', async () => {
  const page = await newPage(browser, mobile);
  const at = (path) => page.context().request.get(server.origin + path);
  const manifest = await (await at('/app.webmanifest')).json();
  assert.deepEqual([manifest.start_url, manifest.display], ['/home?scan=1', 'standalone']);
  for (const { src, sizes } of manifest.icons) {
    const icon = await at(src);
    assert.equal(icon.headers()['content-type'], 'image/png');
    const bytes = await icon.body();
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes);
  }
  await page.goto(`${server.origin}/signin?next=/home`);
  await signInOn(page, 'Ada', password);
  await screen(page, 'home').waitFor();
  const devtools = await page.context().newCDPSession(page);
  const { errors, data } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).name, 'Latchkey');
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A context of the tests is an incognito one, and nothing is installed from those.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  await page.context().close();
});

test('without a connection it says so, and comes back by itself', async () => {
  const page = await atHome();
  await page.context().setOffline(true);
  await page.goto(`${server.origin}/home?scan=1`);
  await page.getByText('You are offline').waitFor();
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).fontFamily), '', 'with its style');
  await page.context().setOffline(false);
  await screen(page, 'home').waitFor();
  await page.context().close();
});

test('where the network is there and the server is not, it looks again until it is', async () => {
  const page = await atHome();
  await server.stop({ keepData: true });
  await page.goto(`${server.origin}/home?scan=1`);
  await page.getByText('You are offline').waitFor();
  await server.restart();
  await screen(page, 'home').waitFor();
  await page.context().close();
});

test('it keeps a page that says nothing of anybody, and nothing else', async () => {
  const page = await atHome();
  await page.reload();
  await screen(page, 'home').waitFor();
  const kept = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request)).text();
        all.push({ path: new URL(request.url).pathname, text });
      }
    }
    return all;
  });
  const paths = kept.map(({ path }) => path).sort();
  assert.ok(paths.includes('/offline'));
  assert.deepEqual(paths.filter((path) => path !== '/offline' && !path.startsWith('/assets/')), []);
  for (const { path, text } of kept) assert.doesNotMatch(text, /\bAda\b/, path);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await page.context().close();
});

test('it leaves the pages of sign-ins to the network alone', async () => {
  const page = await atHome();
  const scopes = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname));
  assert.deepEqual(scopes, ['/home']);
  await page.goto(`${server.origin}/`);
  assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
  await page.context().close();
});

test('the app opens on the scanner', async () => {
  const context = await browser.newContext({ ...mobile, serviceWorkers: 'allow', permissions: ['camera'] });
  const page = await context.newPage();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => document.createElement('canvas').captureStream(5);
  });
  await page.goto(`${server.origin}/signin?next=/home`);
  await signInOn(page, 'Ada', password);
  await screen(page, 'home').waitFor();
  assert.equal(await page.locator('[data-viewfinder]').isVisible(), false);
  await page.goto(`${server.origin}/home?scan=1`);
  await eventually(() => page.locator('[data-viewfinder]').isVisible(), 'the open viewfinder');
  await context.close();
});
