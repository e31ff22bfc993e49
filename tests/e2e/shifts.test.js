import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answer, desktop, launch, mobile, newPage, screen } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { opensCode } from './harness/scan-flow.js';
import { held, painted, paintedBefore, shiftsOf } from './harness/shifts.js';
import { states } from './harness/states.js';

/**
 * Nothing moves under a finger that is on its way: what comes later finds its room ready. Each state is painted before what
 * follows it may come.
 */

const sumMax = 0.001;
let server;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  // Scrollbars take room where they are not drawn over the page.
  browser = await launch(undefined, [], ['--hide-scrollbars']);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page, and everything that moves on it. With `signedIn` it is Ada's. */
async function watched(t, options, signedIn) {
  const page = await newPage(browser, options);
  t.after(() => page.context().close());
  if (signedIn) {
    const ada = await server.phone('Ada');
    const value = ada.jar.value('latchkey_session');
    const cookies = ['127.0.0.1', 'localhost'].map((domain) => ({ name: 'latchkey_session', value, domain, path: '/', httpOnly: true }));
    await page.context().addCookies(cookies);
    ada.close();
  }
  return { page, shifts: await shiftsOf(page) };
}

async function shows(page, name) {
  await screen(page, name).waitFor();
  await painted(page);
}

function nothingMoved(shifts) {
  const sum = shifts.reduce((all, { value }) => all + value, 0);
  const what = shifts.map(({ value, moved, path }) => `${path} ${value.toFixed(4)}: ${moved.join('; ')}`).join('\n');
  assert.ok(sum < sumMax, `${sum.toFixed(4)} moved:\n${what}`);
}

const sizes = { 'a phone': mobile, 'a computer': desktop, 'a tall screen': { viewport: { width: 1080, height: 1920 } } };

for (const [name, size] of Object.entries(sizes)) {
  test(`nothing moves on ${name} from the code to the dashboard, nor on the phone that lets it in`, async (t) => {
    const { page: computer, shifts } = await watched(t, size);
    const { page: phone, shifts: onPhone } = await watched(t, mobile, true);
    for (const path of ['/v1/logins', '/collect', '/v1/session', '/v1/me/sessions']) await paintedBefore(computer, path);
    for (const path of ['/v1/scans', '/approve']) await paintedBefore(phone, path);
    await computer.goto(`${server.origin}/`);
    await shows(computer, 'waiting');
    await opensCode(phone, computer, server.origin);
    await shows(phone, 'confirm');
    await shows(computer, 'scanned');
    const collected = await held(computer, '/collect');
    await answer(phone, 'approve');
    await shows(phone, 'approved');
    await shows(computer, 'approved');
    collected();
    await shows(computer, 'dashboard');
    await computer.locator('[data-sessions] li').nth(1).waitFor();
    await painted(computer);
    nothingMoved(shifts);
    nothingMoved(onPhone);
  });

  for (const state of ['home', 'home-passkeys', 'home-passkeys-none', 'dashboard']) {
    test(`nothing moves on ${name} while the lists come, in whatever order: ${state}`, async (t) => {
      const { path, named, screen: ready = path.slice(1), before: prepare } = states[state];
      const lists = ['/v1/me/sessions', '/v1/me/passkeys', '/v1/me/recovery-codes'];
      for (const order of [lists, lists.toReversed()]) {
        const { page, shifts } = await watched(t, size, true);
        await prepare(page);
        await paintedBefore(page, '/v1/session');
        const answers = [];
        for (const list of order) answers.push(await held(page, list));
        await page.goto((named ? server.origin.replace('127.0.0.1', 'localhost') : server.origin) + path);
        await shows(page, ready);
        for (const letGo of answers) {
          letGo();
          await painted(page);
        }
        await page.locator('[data-sessions] li').nth(2).waitFor();
        await painted(page);
        nothingMoved(shifts);
      }
    });
  }
}
