import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAtHome, device, named } from './harness/authenticator.js';
import { closePage, desktop, screen } from './harness/chromium.js';
import { newLogin } from './harness/calls.js';
import { addClient } from './harness/clients.js';
import { command } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { signedInAtHome } from './harness/scan-flow.js';
import { site } from './harness/site.js';

/** The administrators' page, with an authenticator in the browser: who may open it, what it shows, what its switches do. */

const stands = await site({ users: ['Ada', 'Ben'] });
const { server } = stands;
const origin = named(server.origin);
assert.equal((await command(['user', 'role', 'Ada', 'admin', '--data', server.data])).code, 0);

/** A computer with an authenticator in it, where that person has signed in by password and made a passkey. */
async function computerOf(name) {
  const { page } = await device(stands.browser, { page: desktop });
  await signedInAtHome(page, origin, name);
  await addAtHome(page);
  return page;
}

async function administration() {
  const page = await computerOf('Ada');
  await page.locator('[data-admin] a').click();
  await screen(page, 'step-up').waitFor();
  await page.locator('[data-step-up]').click();
  await screen(page, 'admin').waitFor();
  return page;
}

const account = (page, name) => page.locator('[data-list="accounts"] > li').filter({ has: page.locator('.row-title', { hasText: name }) });

/** A button with a question in its place. */
async function press(row, way) {
  await row.locator(`[data-act="${way}"]`).click();
  await row.locator('[data-yes]').click();
}

test('whoever does not administer is told so, and has no link to it', async () => {
  const page = await computerOf('Ben');
  assert.ok(await page.locator('[data-admin]').isHidden());
  await page.goto(`${origin}/admin`);
  await screen(page, 'admins-only').waitFor();
  await closePage(page);
});

test('an administrator shows the passkey first, and then sees what happens as it happens', async () => {
  const page = await administration();
  const shown = () => page.locator('[data-step="shown"] [data-slot="count"]').textContent();
  const before = Number(await shown());
  const visitor = server.stranger();
  await newLogin(visitor);
  await eventually(async () => Number(await shown()) > before);
  visitor.close();
  assert.match(await account(page, 'Ada').textContent(), /administrator/);
  await closePage(page);
});

test('an account is put out and let in again, and the log tells who did it', async () => {
  const page = await administration();
  const ben = await server.phone('Ben');
  await press(account(page, 'Ben'), 'off');
  await account(page, 'Ben').locator('[data-act="on"]').waitFor();
  assert.equal((await ben.get('/v1/session')).status, 401);
  await press(account(page, 'Ben'), 'on');
  await account(page, 'Ben').locator('[data-act="off"]').waitFor();
  ben.close();

  const log = page.locator('form[data-search="events"]');
  await log.locator('[name=kind]').fill('admin.');
  await log.locator('[type=submit]').click();
  const rows = page.locator('[data-list="events"] > li');
  await eventually(async () => (await rows.count()) === 2);
  assert.match(await rows.first().textContent(), /admin\.acted.*Ada.*account\.enabled/s);

  await press(account(page, 'Ada'), 'off');
  await page.locator('[data-act-fault="own-account"]').waitFor();
  await closePage(page);
});

test('a session of anybody is ended', async () => {
  const page = await administration();
  const ben = await server.phone('Ben');
  const row = account(page, 'Ben');
  await row.locator('[data-show-sessions]').click();
  const sessions = row.locator('[data-sessions] > li');
  await sessions.first().waitFor();
  for (let left = await sessions.count(); left > 0; left -= 1) {
    await sessions.first().locator('[data-end]').click();
    await sessions.first().locator('[data-yes]').click();
    await eventually(async () => (await sessions.count()) === left - 1);
  }
  assert.equal((await ben.get('/v1/session')).status, 401);
  ben.close();
  await closePage(page);
});

test('an application is stopped and goes on', async () => {
  const { id } = await addClient(server, 'The shop');
  const page = await administration();
  const shop = page.locator('[data-list="clients"] > li').first();
  const visitor = server.stranger();
  const made = async () => (await visitor.post('/v1/logins', { json: { client: id } })).status;
  await eventually(async () => (await made()) === 201);
  await press(shop, 'off');
  await eventually(async () => (await made()) === 404);
  await press(shop, 'on');
  await eventually(async () => (await made()) === 201);
  visitor.close();
  await closePage(page);
});

test('after half an hour the passkey is asked for again', async () => {
  const page = await administration();
  await page.route('**/v1/admin/glance', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: 'x/step-up', status: 403 }) }),
  );
  await screen(page, 'step-up').waitFor();
  await closePage(page);
});
