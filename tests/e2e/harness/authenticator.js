import { mobile, newPage } from './chromium.js';

/** Pages whose devices have an authenticator: a virtual one, driven over DevTools. */

const inside = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true };

/** Passkeys belong to a name, so pages are opened under one. */
export function named(origin) {
  return origin.replace('127.0.0.1', 'localhost');
}

/**
 * A page, and the authenticator of its device, whose owner is there as long as nobody says otherwise. Such an authenticator
 * answers also what the page asks by itself, so only the test that wants it lets the page ask.
 */
export async function device(browser, { offers = false, page: options = mobile, ...more } = {}) {
  const page = await newPage(browser, options);
  if (!offers) await page.addInitScript(() => (PublicKeyCredential.isConditionalMediationAvailable = async () => false));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...inside, isUserVerified: true, automaticPresenceSimulation: true, ...more },
  });
  const authenticator = (call, of = {}) => devtools.send(`WebAuthn.${call}`, { authenticatorId, ...of });
  return { page, authenticator };
}

/** Adds a passkey on the home page, where it stands. The button comes with the list: what was there is counted after. */
export async function addAtHome(page) {
  const rows = page.locator('[data-passkeys] li');
  const add = page.locator('[data-passkey-add]');
  await add.waitFor();
  const before = await rows.count();
  await add.click();
  await rows.nth(before).waitFor();
}
