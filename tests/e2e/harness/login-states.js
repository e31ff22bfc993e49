import { screen } from './chromium.js';
import { account, problem, says } from './says.js';

/** The states of the login page, on the computer's side. */

const login = {
  token: 'A'.repeat(54),
  rotation: { login: 'ZVPxAKGyw9Tl9gcY', key: 'AAECAwQFBgcICQoLDA0ODw', field: 0, step_ms: 10_000, elapsed_ms: 0 },
  link_prefix: '/s/',
  ttl_ms: 600_000,
  socket: '/ws/',
  events: '/v1/logins/current/events',
  poll: '/v1/logins/current',
  client: { name: 'Latchkey' },
};

/** A login page whose socket hears these frames; asked for a code to type, it hears `userCode`, when there is one. */
async function hears(page, frames, { made = login, userCode } = {}) {
  await says(page, '/v1/logins', { status: 201, json: made });
  await says(page, '/v1/logins/current/collect', 'never');
  await page.routeWebSocket('**/ws/', (socket) => {
    page.lastSocket = socket;
    let seq = 0;
    const tell = (frame) => socket.send(JSON.stringify({ ...frame, seq: seq++ }));
    tell({ type: 'hello', v: 1, heartbeat_ms: 30_000, resume_ms: 600_000 });
    socket.onMessage((message) => {
      if (JSON.parse(message).type === 'watch') frames.forEach(tell);
      else if (userCode) tell({ type: 'user_code', code: userCode });
    });
  });
}

/** The socket closes and no other opens, long enough for a word about it. The page's clock must be installed. */
async function isCutOff(page) {
  await page.routeWebSocket('**/ws/', (socket) => socket.close({ code: 4201 }));
  await page.lastSocket.close({ code: 4201 });
  await page.clock.runFor(2000);
}

const waiting = { type: 'waiting' };
const scannedBy = { type: 'scanned', name: account.name };
const longName = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley';
const longClient = 'Accounting of the Northern Branch';

/** The login page while a code to type is asked for. */
function typed(userCode, then) {
  return {
    before: (page) => hears(page, [waiting], { userCode }),
    then: async (page) => {
      await screen(page, 'waiting').waitFor();
      await page.locator('details.type summary').click();
      await then?.(page);
    },
    screen: 'waiting',
  };
}

/** The login page after its phone was denied so. */
function denied(reason) {
  return { before: (page) => hears(page, [{ type: 'denied', reason }]), screen: 'declined' };
}

export const loginStates = {
  'login-starting': { before: (page) => says(page, '/v1/logins', 'never'), screen: 'starting' },
  'login-waiting': { before: (page) => hears(page, [waiting]), screen: 'waiting' },
  'login-typed': typed('WDJB-MJHT', (page) => page.locator('[data-typed]').filter({ hasText: 'WDJB-MJHT' }).waitFor()),
  'login-typed-asking': typed(null),
  'login-client': {
    path: '/?client=books',
    before: (page) => hears(page, [waiting], { made: { ...login, client: { name: longClient } } }),
    screen: 'waiting',
  },
  'login-scanned': { before: (page) => hears(page, [scannedBy]), screen: 'scanned' },
  'login-scanned-nameless': { before: (page) => hears(page, [{ type: 'scanned', name: '' }]), screen: 'scanned' },
  'login-scanned-long': { before: (page) => hears(page, [{ type: 'scanned', name: longName }]), screen: 'scanned' },
  'login-number': { before: (page) => hears(page, [{ ...scannedBy, number: '07' }]), screen: 'scanned' },
  'login-number-nameless': { before: (page) => hears(page, [{ type: 'scanned', name: '', number: '40' }]), screen: 'scanned' },
  'login-approved': { before: (page) => hears(page, [{ type: 'approved' }]), screen: 'approved' },
  'login-scanned-offline': {
    before: async (page) => {
      await page.clock.install();
      await hears(page, [scannedBy]);
    },
    then: async (page) => {
      await screen(page, 'scanned').waitFor();
      await isCutOff(page);
      await page.locator('[data-for="scanned"] [data-lost]').waitFor();
    },
    screen: 'scanned',
  },
  'login-number-offline': {
    before: async (page) => {
      await page.clock.install();
      await hears(page, [{ type: 'scanned', name: longName, number: '88' }]);
    },
    then: async (page) => {
      await screen(page, 'scanned').waitFor();
      await isCutOff(page);
      await page.locator('[data-for="scanned"] [data-lost]').waitFor();
    },
    screen: 'scanned',
  },
  'login-approved-offline': {
    before: async (page) => {
      await page.clock.install();
      await hears(page, [{ type: 'approved' }]);
      await says(page, '/v1/logins/current/collect', 'gone');
    },
    then: async (page) => {
      await screen(page, 'approved').waitFor();
      await page.clock.runFor(2000);
      await page.locator('[data-for="approved"] [data-lost]').waitFor();
    },
    screen: 'approved',
  },
  'login-declined': denied('declined'),
  'login-wrong-number': denied('wrong-number'),
  'login-reported': denied('reported'),
  'login-expired': {
    before: async (page) => {
      await page.clock.install();
      await hears(page, [waiting]);
    },
    then: async (page) => {
      await screen(page, 'waiting').waitFor();
      await page.clock.fastForward(301_000);
    },
    screen: 'expired',
  },
  'login-offline': {
    before: async (page) => {
      await page.clock.install();
      await hears(page, [waiting]);
    },
    then: async (page) => {
      await screen(page, 'waiting').waitFor();
      await isCutOff(page);
    },
    screen: 'offline',
  },
  'login-refused': {
    before: (page) => says(page, '/v1/logins', { ...problem(429, 'too-many-requests'), headers: { 'Retry-After': '60' } }),
    screen: 'refused',
  },
  'login-client-unknown': {
    path: '/?client=nobody',
    before: (page) => says(page, '/v1/logins', problem(404, 'client-unknown')),
    screen: 'refused',
  },
  'login-return-unknown': {
    path: '/?client=books&redirect_to=https%3A%2F%2Fbooks.example%2Fback',
    before: async (page) => {
      await hears(page, [{ type: 'approved' }], { made: { ...login, client: { name: 'Books' } } });
      await says(page, '/v1/logins/current/collect', problem(422, 'redirect-not-registered'));
    },
    screen: 'refused',
  },
};
for (const state of Object.values(loginStates)) state.path ??= '/';
