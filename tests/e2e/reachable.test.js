import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closePage, desktop, newPage } from './harness/chromium.js';
import { site } from './harness/site.js';
import { bringAbout, states } from './harness/states.js';

/**
 * Whatever can be pressed or filled in can be so by whoever has only a keyboard, and has a name for whoever has only a screen
 * reader's tree: on every page where a person does something.
 */

const { server, browser } = await site({ users: ['Ada'] });
const ada = await server.phone('Ada');
const session = ada.jar.value('latchkey_session');
ada.close();

const checked = [
  'login-waiting', 'login-typed', 'login-number', 'login-expired', 'login-declined', 'signin', 'signin-passkey', 'signin-recover',
  'join', 'join-open', 'join-taken', 'join-used', 'phone-signin', 'phone-confirm', 'phone-confirm-number', 'phone-approved', 'phone-code-expired',
  'home', 'home-passkeys', 'home-passkey-removing', 'home-passkey-renaming', 'home-account', 'home-scanning', 'dashboard',
  'admin', 'admin-sure', 'admin-step-up', 'refused', 'notfound',
];

async function inState(name) {
  const state = states[name];
  assert.ok(state, `there is a state ${name}`);
  const page = await newPage(browser, desktop);
  if (state.signedIn) {
    const domain = state.named ? 'localhost' : '127.0.0.1';
    await page.context().addCookies([{ name: 'latchkey_session', value: session, path: '/', httpOnly: true, domain }]);
  }
  await bringAbout(page, server.origin, state);
  return page;
}

/** Numbers whatever can be used now; of radio buttons that exclude each other the keyboard reaches one. Their number. */
function mark(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
    const usable = all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled);
    const groups = new Set();
    let count = 0;
    for (const one of usable) {
      if (one.type === 'radio' && groups.has(one.name)) continue;
      if (one.type === 'radio') groups.add(one.name);
      one.dataset.usable = String(count++);
    }
    return count;
  });
}

/** What has been reached by pressing Tab so often: numbers, in their order. */
async function tabbed(page, presses) {
  await page.evaluate(() => document.activeElement?.blur());
  const reached = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const now = document.activeElement;
      const group = now?.type === 'radio' ? document.querySelector(`[data-usable][name="${now.name}"]`) : null;
      return (group ?? now)?.dataset?.usable ?? null;
    });
    if (at !== null && !reached.includes(Number(at))) reached.push(Number(at));
  }
  return reached;
}

const spoken = new Set(['button', 'link', 'textbox', 'radio', 'DisclosureTriangle', 'heading', 'searchbox', 'combobox', 'checkbox']);

for (const name of checked) {
  test(`${name}: all of it by keyboard, and all of it has a name`, async () => {
    const page = await inState(name);
    const count = await mark(page);
    assert.ok(count > 0, 'there is something to do');
    const reached = await tabbed(page, count + 5);
    const missed = await page.evaluate(
      (seen) => [...document.querySelectorAll('[data-usable]')].filter((one) => !seen.includes(Number(one.dataset.usable))).map((one) => one.outerHTML.slice(0, 120)),
      reached,
    );
    assert.deepEqual(missed, [], 'every one of them is reached');

    const devtools = await page.context().newCDPSession(page);
    const { nodes } = await devtools.send('Accessibility.getFullAXTree');
    const told = nodes.filter((node) => !node.ignored && spoken.has(node.role?.value));
    const nameless = told.filter((node) => !node.name?.value?.trim()).map((node) => node.role.value);
    assert.deepEqual(nameless, []);
    assert.ok(told.length >= count, `${told.length} are told of ${count}`);
    assert.equal(nodes.filter((node) => !node.ignored && node.role?.value === 'main').length, 1, 'one main part');
    await closePage(page);
  });
}
