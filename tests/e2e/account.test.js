import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { addAtHome, device as deviceOf, named } from './harness/authenticator.js';
import { closePage, desktop, newPage, screen, sessionOf, signInOn } from './harness/chromium.js';
import { command, password } from './harness/latchkey.js';
import { site } from './harness/site.js';

/** What a person does with their account: what opens it, what is stored of it, and its end. */

const people = ['Ada', 'Ben', 'Cleo', 'Dora', 'Eve', 'Faye'];
const stands = await site({ users: people });
const origin = named(stands.server.origin);

async function atHome(page, name, secret = password) {
  await page.goto(`${origin}/signin?next=/home`);
  await signInOn(page, name, secret);
  await screen(page, 'home').waitFor();
  await page.locator('[data-sessions] li').first().waitFor();
  return page;
}

function open(page, part) {
  return page.locator(`[data-part="${part}"] summary`).click();
}

test('a new password opens the account, the old one does not, and other browsers are signed out', async () => {
  const other = await stands.server.phone('Ada');
  const page = await atHome(await newPage(stands.browser, desktop), 'Ada');
  await open(page, 'password');
  await page.locator('[name=new-password]').fill('short');
  await page.locator('[name=new-password]').press('Enter');
  await page.locator('[data-account-fault="weak-password"]').waitFor();
  await page.locator('[name=new-password]').fill('another horse altogether');
  await page.locator('[name=new-password]').press('Enter');
  await page.locator('[data-announce]', { hasText: 'The password was saved' }).waitFor({ state: 'attached' });
  assert.equal(await page.locator('[data-sessions] li').count(), 1);
  assert.equal((await other.get('/v1/session')).status, 401);
  assert.equal((await sessionOf(page)).status, 200);
  const stranger = stands.server.stranger();
  assert.equal((await stranger.post('/v1/session', { json: { name: 'Ada', password } })).status, 401);
  const right = { name: 'Ada', password: 'another horse altogether' };
  assert.equal((await stranger.post('/v1/session', { json: right })).status, 200);
  stranger.close();
  other.close();
  await closePage(page);
});

test('recovery codes are shown once, and each opens the account once', async () => {
  const page = await atHome(await newPage(stands.browser, desktop), 'Ben');
  await open(page, 'codes');
  await page.locator('[data-codes-state="none"]').waitFor();
  await page.locator('[data-codes-make]').click();
  const rows = page.locator('[data-codes] li');
  await rows.nth(9).waitFor();
  const codes = await rows.allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await page.locator('[data-codes-done]').click();
  assert.equal(await rows.count(), 0);
  await page.reload();
  await screen(page, 'home').waitFor();
  await open(page, 'codes');
  await page.locator('[data-codes-state="some"]', { hasText: 'Codes left: 10' }).waitFor();
  assert.equal(await rows.count(), 0, 'they are not shown again');

  const lost = await newPage(stands.browser, desktop);
  const recover = async (code) => {
    await lost.goto(`${origin}/signin`);
    await lost.locator('[data-recover] summary').click();
    await lost.locator('[name=recover-name]').fill('ben');
    await lost.locator('[name=recover-code]').fill(code);
    await lost.locator('[name=recover-code]').press('Enter');
  };
  await recover(codes[4].toLowerCase().replaceAll('-', ' '));
  await screen(lost, 'home').waitFor();
  assert.equal((await sessionOf(lost)).body.session.kind, 'recovery');
  await open(lost, 'codes');
  await lost.locator('[data-codes-state="some"]', { hasText: 'Codes left: 9' }).waitFor();
  await recover(codes[4]);
  await lost.locator('[data-recover-form] [data-fault="recovery-refused"]').waitFor();
  await closePage(lost);
  await closePage(page);
});

test('the operator gives new codes to whoever has lost everything', async () => {
  const made = await command(['user', 'recovery-codes', 'Cleo', '--data', stands.server.data]);
  assert.equal(made.code, 0, made.stderr);
  const codes = made.stdout.trim().split('\n');
  assert.equal(codes.length, 10);
  const cleo = stands.server.stranger();
  const answer = await cleo.post('/v1/session', { json: { name: 'Cleo', recovery_code: codes[0] } });
  assert.equal(answer.status, 200);
  cleo.close();
});

test('without a password the last passkey goes only after a plain warning', async () => {
  const { page } = await deviceOf(stands.browser);
  await atHome(page, 'Dora');
  await open(page, 'password');
  assert.equal(await page.locator('[data-password-drop]').isVisible(), false, 'it is the only way in');
  await addAtHome(page);
  await page.locator('[data-password-drop]').click();
  await page.locator('[data-password-state="none"]').waitFor();
  const listed = await command(['user', 'passkeys', 'Dora', '--data', stands.server.data]);
  assert.equal(listed.stdout.trim().split('\n').length, 1);

  await page.locator('[data-passkey-ask]').click();
  await page.locator('[data-passkey-last="yes"]').waitFor();
  assert.equal(await page.locator('[data-passkey-last="no"]').isVisible(), false);
  await page.locator('[data-passkey-keep]').click();
  await page.locator('[data-passkey-ask]').click();
  await page.locator('[data-passkey-remove]').click();
  await page.locator('[data-passkeys-none]').waitFor();
  await closePage(page);
});

test('what is stored of a person is one file away', async () => {
  const page = await atHome(await newPage(stands.browser, desktop), 'Eve');
  await open(page, 'data');
  const download = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  assert.equal(file.account.name, 'Eve');
  assert.equal(file.sessions.length, 1);
  assert.equal(file.events_complete, true);
  const kinds = file.events.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['session.began', 'account.added']);
  assert.doesNotMatch(JSON.stringify(file), /argon2|token/, 'and no secret is in it');
  await closePage(page);
});

test('a deleted account is gone, its name is free, and the log says that it went', async () => {
  const page = await atHome(await newPage(stands.browser, desktop), 'Faye');
  await open(page, 'delete');
  await page.locator('[name=delete-name]').fill('Ada');
  await page.locator('[name=delete-name]').press('Enter');
  await page.locator('[data-account-fault="other-name"]').waitFor();
  await page.locator('[name=delete-name]').fill('faye');
  await page.locator('[name=delete-name]').press('Enter');
  await page.waitForURL(/\/signin/);
  assert.equal((await sessionOf(page)).status, 401);
  const listed = await command(['user', 'list', '--data', stands.server.data]);
  assert.doesNotMatch(listed.stdout, /Faye/);
  const log = await command(['audit', '--json', '--data', stands.server.data]);
  assert.match(log.stdout, /"kind":"account.deleted"/);
  assert.equal((await command(['audit', 'verify', '--data', stands.server.data])).code, 0);
  await closePage(page);
});
