import assert from 'node:assert/strict';
import { answer, desktop, linkOnScreen, mobile, newPage, screen, sessionOf, signInOn } from './chromium.js';
import { password } from './latchkey.js';
import { eventually } from './patience.js';

/**
 * The main job as people see it: the computer shows a code, the phone reads it from the pixels, signs in, sees who asks
 * and answers; the computer moves on by itself.
 */

/** Opens the login page of `origin` and the phone's page by the link read from the screen. */
export async function scanned(browser, origin, options = {}) {
  const computer = await newPage(browser, { ...desktop, ...options });
  await computer.goto(`${origin}/`);
  const phone = await newPage(browser, { ...mobile, ...options });
  const link = await opensCode(phone, computer, origin);
  return { computer, phone, link };
}

/**
 * The phone opens the link that is on the screen. One that ran out meanwhile, since a machine can be slow, is read again, as a
 * person would; and so is one to come, where a test moves the clock of the page.
 */
export async function opensCode(phone, computer, origin) {
  return eventually(async () => {
    const link = await linkOnScreen(computer);
    assert.match(link, /^HTTPS?:\/\/[^/]+\/S\/[A-Z2-7]{36}$/, 'in capitals, for a smaller code');
    assert.equal(new URL(link).origin, origin);
    await phone.goto(link);
    await phone.locator('[data-screen="loading"]').waitFor({ state: 'hidden' });
    const refused = phone.locator('[data-screen="code-expired"]:not([hidden]), [data-screen="code-unknown"]:not([hidden])');
    return (await refused.count()) === 0 && link;
  }, 'a link that the phone opened in time');
}

/** Signs in on a page, which then stands at home. */
export async function signedInAtHome(page, origin, name) {
  await page.goto(`${origin}/signin?next=/home`);
  await signInOn(page, name, password);
  await screen(page, 'home').waitFor();
}

/** Signs in on the phone's page and waits for the confirm sheet. */
export async function toConfirmSheet(phone, name) {
  await screen(phone, 'signin').waitFor();
  await signInOn(phone, name, password);
  await screen(phone, 'confirm').waitFor();
  return screen(phone, 'confirm');
}

/** The number that the screen shows, once it does. */
export async function numberOn(computer) {
  const number = computer.locator('.panel[data-for="scanned"] [data-number]:not([hidden])');
  await number.waitFor();
  return number.innerText();
}

/** What the person reads on the screen and types on the phone. */
export async function typesNumber(phone, computer) {
  const number = await numberOn(computer);
  assert.match(number, /^\d\d$/);
  await phone.locator('[name=number]').fill(number);
}

/** What the sheet says of who asks, where and in which network. */
export async function sheetFacts(sheet) {
  const text = async (selector) => (await sheet.locator(selector).innerText()).trim();
  return {
    where: await text('.asks-where'),
    address: await text('[data-slot="address"]'),
    network: await text('[data-network]:not([hidden])'),
    age: await text('[data-slot="age"]'),
    account: await text('[data-slot="account"]'),
  };
}

/** Approves, and shows that the computer is signed in: now, over the API, and after a reload. */
export async function approvedAndSignedIn({ computer, phone }, origin, name) {
  await answer(phone, 'approve');
  await screen(phone, 'approved').waitFor();
  await computer.waitForURL(`${origin}/dashboard`);
  await isSignedIn(computer, name);
  await computer.reload();
  await isSignedIn(computer, name);
}

export async function isSignedIn(page, name) {
  await screen(page, 'dashboard').waitFor();
  assert.equal(await page.locator('[data-slot="name"]').first().innerText(), name);
  const { status, body } = await sessionOf(page);
  assert.equal(status, 200);
  assert.equal(body.account.name, name);
  assert.equal(body.session.kind, 'scan');
}
