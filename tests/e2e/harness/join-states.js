import { problem, says } from './says.js';

/** The states of the page on which accounts are made. */

const invitation = { by: 'invitation', role: 'person', expires_in_ms: 3.6e6, passwords: true, passkeys: true };

/** The page as a server that said this of the link has it. */
function admitted(more, then) {
  return {
    path: '/join#token',
    named: true,
    before: (page) => says(page, '/v1/join/look', { json: { ...invitation, ...more } }),
    then,
    screen: 'form',
  };
}

function refusedWith(answer, screen) {
  return { path: '/join#token', before: (page) => says(page, '/v1/join/look', answer), screen };
}

async function fill(page, name, password) {
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=password]').fill(password);
  await page.locator('[type=submit]').click();
}

export const joinStates = {
  join: admitted({}),
  'join-first': admitted({ by: 'setup', role: 'admin', expires_in_ms: null }),
  'join-admin': admitted({ role: 'admin' }),
  'join-open': { ...admitted({ by: 'open', passkeys: false, expires_in_ms: null }), path: '/join' },
  'join-passkeys-only': admitted({ passwords: false }),
  'join-no-way': admitted({ passwords: false, passkeys: false }, (page) => page.locator('[data-fault="no-way"]').waitFor()),
  'join-weak': admitted({}, async (page) => {
    await fill(page, 'Ada', 'short');
    await page.locator('[data-fault="weak-password"]').waitFor();
  }),
  'join-taken': {
    ...admitted({}, async (page) => {
      await says(page, '/v1/join', problem(409, 'name-taken'));
      await fill(page, 'Ada', 'long enough');
      await page.locator('[data-fault="name-taken"]').waitFor();
    }),
  },
  'join-loading': refusedWith('never', 'loading'),
  'join-used': refusedWith(problem(403, 'invitation-unknown'), 'invitation-unknown'),
  'join-closed': refusedWith(problem(403, 'sign-up-closed'), 'sign-up-closed'),
  'join-busy': refusedWith(problem(429, 'too-many-requests'), 'busy'),
  'join-unreachable': refusedWith('gone', 'unreachable'),
};
