import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAtHome, device as deviceOf, named } from './harness/authenticator.js';
import { closePage, mobile, newPage, screen } from './harness/chromium.js';
import { command, password } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { site } from './harness/site.js';

/** Passkeys of people, with an authenticator in the browser: made at home, used to sign in, taken away. */

const stands = await site({ users: ['Ada', 'Ben'] });
const origin = named(stands.server.origin);

const device = (options) => deviceOf(stands.browser, options);

async function signInByPassword(page, name) {
  await page.goto(`${origin}/signin?next=/home`);
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=password]').fill(password);
  await page.locator('[data-form] [type=submit]').click();
  await screen(page, 'home').waitFor();
}

async function signOut(page) {
  await page.locator('[data-sign-out]').click();
  await page.waitForURL(/\/signin/);
}

async function whoIsSignedIn(page) {
  return page.evaluate(async () => {
    const answer = await fetch('/v1/session');
    const said = await answer.json();
    return answer.ok ? `${said.account.name} by ${said.session.kind}` : 'nobody';
  });
}

/** Ada, signed out, on a device with a passkey of hers. */
async function adasDevice(options) {
  const ada = await device(options);
  await signInByPassword(ada.page, 'Ada');
  await addAtHome(ada.page);
  await signOut(ada.page);
  return ada;
}

function press(page) {
  return page.locator('[data-passkey-go]').click();
}

test('a passkey is made at home and signs in with one press', async () => {
  const { page } = await adasDevice();
  await press(page);
  await screen(page, 'home').waitFor();
  assert.equal(await whoIsSignedIn(page), 'Ada by passkey');
  await page.locator('[data-passkeys] [data-used="ever"]:visible').first().waitFor();
  await closePage(page);
});

test('a computer with a passkey needs no phone: the link below its code leads to one press', async () => {
  const { page } = await adasDevice();
  await page.goto(`${origin}/`);
  await page.locator('[data-here] a').click();
  await press(page);
  await page.waitForURL(`${origin}/dashboard`);
  assert.equal(await whoIsSignedIn(page), 'Ada by passkey');
  await closePage(page);
});

test('whom an application sent is not led past it', async () => {
  const { page } = await device();
  await page.goto(`${origin}/?client=unknown`);
  await page.locator('[data-here]').waitFor({ state: 'hidden' });
  await closePage(page);
});

test('a passkey gets another name', async () => {
  const { page } = await device();
  await signInByPassword(page, 'Ben');
  await addAtHome(page);
  const row = page.locator('[data-passkeys] li').first();
  await row.locator('[data-passkey-name]').click();
  await row.locator('[name=passkey-name]').fill(' ');
  await row.locator('[type=submit]').click();
  await page.locator('[data-passkey-fault="invalid-passkey-name"]').waitFor();
  await row.locator('[name=passkey-name]').fill('The blue key');
  await row.locator('[type=submit]').click();
  await row.locator('.row-title', { hasText: 'The blue key' }).waitFor();
  await page.reload();
  await page.locator('[data-passkeys] li .row-title', { hasText: 'The blue key' }).waitFor();
  await row.locator('[data-passkey-ask]').click();
  await row.locator('[data-passkey-remove]').click();
  await closePage(page);
});

test('the browser offers it where the name is typed, and nothing need be pressed', async () => {
  const { page } = await adasDevice({ offers: true });
  await screen(page, 'home').waitFor();
  assert.equal(await whoIsSignedIn(page), 'Ada by passkey');
  await closePage(page);
});

test('without the owner’s finger, face or lock nobody is signed in', async () => {
  const { page, authenticator } = await adasDevice();
  await authenticator('setUserVerified', { isUserVerified: false });
  await press(page);
  await eventually(async () => (await page.locator('[data-passkey-go][aria-busy]').count()) === 0);
  assert.equal(await whoIsSignedIn(page), 'nobody');
  await closePage(page);
});

test('a device has one passkey of an account, and a second device another', async () => {
  const { page } = await device();
  await signInByPassword(page, 'Ben');
  await addAtHome(page);
  await page.locator('[data-passkey-add]').click();
  await page.locator('[data-passkey-fault="passkey-known"]').waitFor();

  const second = await device({ transport: 'usb' });
  await signInByPassword(second.page, 'Ben');
  await addAtHome(second.page);
  assert.equal(await second.page.locator('[data-passkeys] li').count(), 2);
  await closePage(second.page);
  await closePage(page);
});

test('a passkey that was removed opens nothing, and says so', async () => {
  const { page } = await device();
  await signInByPassword(page, 'Ada');
  await addAtHome(page);
  const mine = page.locator('[data-passkeys] li').first();
  await mine.locator('[data-passkey-ask]').click();
  await mine.locator('[data-passkey-keep]').click();
  assert.ok(await mine.locator('[data-passkey-ask]').isVisible(), 'one may think again');
  const before = await page.locator('[data-passkeys] li').count();
  await mine.locator('[data-passkey-ask]').click();
  await mine.locator('[data-passkey-remove]').click();
  await eventually(async () => (await page.locator('[data-passkeys] li').count()) === before - 1);
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute('data-passkey-add')), true);

  await signOut(page);
  await press(page);
  await page.locator('[data-fault="passkey-unknown"]').waitFor();
  assert.equal(await whoIsSignedIn(page), 'nobody');
  await closePage(page);
});

test('a copied authenticator is let in and leaves a trace', async () => {
  const { page, authenticator } = await adasDevice();
  const { credentials } = await authenticator('getCredentials');
  await press(page);
  await screen(page, 'home').waitFor();
  await signOut(page);
  // The copy counts from where the original was before.
  await authenticator('removeCredential', { credentialId: credentials[0].credentialId });
  await authenticator('addCredential', { credential: { ...credentials[0], signCount: 0 } });
  await press(page);
  await screen(page, 'home').waitFor();
  const { code, stdout } = await command(['audit', '--data', stands.server.data]);
  assert.equal(code, 0);
  assert.match(stdout, /passkey\.counter/);
  await closePage(page);
});

test('where browsers have no passkeys, nothing of them is shown', async () => {
  const page = await newPage(stands.browser, mobile);
  await page.goto(`${stands.server.origin}/signin`);
  await page.locator('[data-form] [type=submit]').waitFor();
  assert.equal(await page.locator('[data-passkey]').isVisible(), false);
  await closePage(page);
});

test('the keyboard comes to the passkey first and signs in with it', async () => {
  const { page } = await adasDevice();
  const focused = () => page.evaluate(() => document.activeElement?.hasAttribute('data-passkey-go'));
  for (let presses = 0; !(await focused()) && presses < 10; presses += 1) await page.keyboard.press('Tab');
  assert.ok(await focused());
  await page.keyboard.press('Enter');
  await screen(page, 'home').waitFor();
  await closePage(page);
});
