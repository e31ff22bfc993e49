import { screen } from './chromium.js';
import { joinStates } from './join-states.js';
import { loginStates } from './login-states.js';
import { personStates } from './person-states.js';
import { phonePath, phoneStates } from './phone-states.js';
import { fillSignIn, never, problem, says } from './says.js';

/**
 * Every state of every page, as its server would bring it about: the pages are the real ones, what the server says to
 * their scripts is put in its mouth.
 */

const otherStates = {
  signin: { path: '/signin' },
  'signin-out': { path: '/signin?next=%2Fhome&out=1', then: (page) => page.locator('[data-signed-out]').waitFor() },
  'signin-wrong': {
    path: '/signin',
    before: (page) => says(page, '/v1/session', problem(401, 'wrong-credentials')),
    then: async (page) => {
      await fillSignIn(page);
      await page.locator('[data-fault="wrong-credentials"]').waitFor();
    },
  },
  'signin-passkey': { path: '/signin', named: true, then: (page) => page.locator('[data-passkey-go]').waitFor() },
  'signin-passkey-busy': {
    path: '/signin',
    named: true,
    before: (page) => says(page, '/v1/session/challenge', problem(429, 'too-many-requests')),
    then: async (page) => {
      await page.locator('[data-passkey-go]').click();
      await page.locator('[data-form] [data-fault="too-many-requests"]').waitFor();
    },
  },
  'signin-recover': {
    path: '/signin',
    before: (page) => says(page, '/v1/session', problem(401, 'recovery-refused')),
    then: async (page) => {
      await page.locator('[data-recover] summary').click();
      await page.locator('[name=recover-name]').fill('Ada');
      await page.locator('[name=recover-code]').fill('ABCD-EFGH-IJKL-MNOP');
      await page.locator('[data-recover-form] [type=submit]').click();
      await page.locator('[data-fault="recovery-refused"]').waitFor();
    },
  },
  'signin-open': {
    path: '/signin',
    named: true,
    before: (page) => says(page, '/v1/join', { json: { sign_up: 'open', passwords: false } }),
    then: (page) => page.locator('[data-join]').waitFor(),
  },
  ...joinStates,
  refused: { path: '/dashboard' },
  notfound: { path: '/nothing/here' },
  collecting: { path: '/dashboard.html', collecting: 'never', screen: 'collecting' },
  'collecting-failed': { path: '/dashboard.html', collecting: problem(410, 'login-expired'), screen: 'failed' },
  'collecting-busy': { path: '/dashboard.html', collecting: problem(429, 'too-many-requests'), screen: 'busy' },
  'collecting-unreachable': { path: '/dashboard.html', collecting: 'gone', screen: 'unreachable' },
  'login-noscript': { path: '/', withoutScript: true },
  'phone-noscript': { path: phonePath, withoutScript: true },
  'signin-noscript': { path: '/signin', withoutScript: true },
  'join-noscript': { path: '/join', withoutScript: true },
};

async function collects(page, answer) {
  await page.route('**/dashboard.html', (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    if (answer === 'never') return never();
    return answer === 'gone' ? route.abort('connectionfailed') : route.fulfill(answer);
  });
}

/** Name → `{path, named? (at an address that can have passkeys), signedIn?, withoutScript?, before?, then?, screen?}`. */
export const states = { ...loginStates, ...phoneStates, ...personStates, ...otherStates };
for (const state of Object.values(states)) {
  if (state.collecting) state.before = (page) => collects(page, state.collecting);
}

/** Brings the page into the state. */
export async function bringAbout(page, origin, state) {
  await state.before?.(page);
  await page.goto((state.named ? origin.replace('127.0.0.1', 'localhost') : origin) + state.path);
  await state.then?.(page);
  if (state.screen) await screen(page, state.screen).waitFor();
}
