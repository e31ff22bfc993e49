import { account, device, problem, says } from './says.js';

/** The states of a person's own pages: home, with its scanner, and dashboard. */

const session = { id: 's1', kind: 'scan', created_ms_ago: 125_000, approved_from: { ...device, browser: 'Safari', system: 'iPhone' } };
const sessions = [
  { id: 's1', kind: 'scan', ...device, created_ms_ago: 125_000, seen_ms_ago: 1000, current: true },
  { id: 's2', kind: 'password', browser: 'Safari', system: 'iPhone', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', created_ms_ago: 9e8, seen_ms_ago: 3e6, current: false },
  { id: 's3', kind: 'setup', browser: '', system: '', address: '', created_ms_ago: 9e9, seen_ms_ago: 9e8, current: false },
];

async function knowsSessions(page) {
  await says(page, '/v1/session', { json: { account, session } });
  await says(page, '/v1/me/sessions', { json: { sessions } });
}

function ofPerson(path, name) {
  return {
    [`${name}-loading`]: { path, signedIn: true, before: (page) => says(page, '/v1/session', 'never'), screen: 'loading' },
    [name]: { path, signedIn: true, before: knowsSessions, then: (page) => page.locator('[data-sessions] li').nth(2).waitFor(), screen: name },
    [`${name}-unreachable`]: { path, signedIn: true, before: (page) => says(page, '/v1/session', 'gone'), screen: 'unreachable' },
  };
}

const passkeys = [
  { id: 'cGhvbmU', name: 'Safari on iPhone', created_ms_ago: 3e8, used_ms_ago: 50_000, backed_up: true },
  { id: 'a2V5', name: 'The blue key that lies in the drawer', created_ms_ago: 9e8, used_ms_ago: null, backed_up: false },
];

const recoveryCodes = Array.from({ length: 10 }, (_, at) => `ABCD-EFGH-IJKL-MN${String.fromCharCode(65 + at)}P`);

/** Home on a site that has passkeys, with these, and the answer to whoever wants to add one. */
function withPasskeys(list, then, answer = problem(403, 'sign-in-again'), password = true) {
  return {
    path: '/home',
    named: true,
    signedIn: true,
    before: async (page) => {
      await knowsSessions(page);
      await says(page, '/v1/me/passkeys', { json: { passkeys: list, password, passwords: true } });
      await says(page, '/v1/me/passkeys/challenge', answer);
    },
    then,
    screen: 'home',
  };
}

/** Home, whose camera is what `camera` makes of the browser before the page starts. */
function withCamera(camera, then, given) {
  return {
    path: '/home',
    signedIn: true,
    before: async (page) => {
      await knowsSessions(page);
      await page.addInitScript(camera, given);
    },
    then,
    screen: 'home',
  };
}

/** A camera with a light, and a browser that reads `text` in its picture. */
function cameraThatReads(text) {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const drawing = canvas.getContext('2d');
  drawing.fillStyle = '#888888';
  // A canvas is filmed only when it is drawn upon.
  setInterval(() => drawing.fillRect(0, 0, 640, 480), 50);
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = canvas.captureStream(5);
    stream.getVideoTracks()[0].getCapabilities = () => ({ torch: true });
    return stream;
  };
  window.BarcodeDetector = class {
    static async getSupportedFormats() {
      return ['qr_code'];
    }
    async detect() {
      return text === null ? [] : [{ rawValue: text }];
    }
  };
}

function cameraThatFails(name) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
}

/** As on a page without https. */
function noCameraAtAll() {
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
  Object.defineProperty(window, 'isSecureContext', { value: false });
}

async function pressScan(page) {
  await page.locator('[data-scan-start]').click();
}

function failing(error, fault) {
  const fails = async (page) => {
    await pressScan(page);
    await page.locator(`[data-camera="${fault}"]`).waitFor();
  };
  return withCamera(cameraThatFails, fails, error);
}

function scanning(text, seen) {
  const looks = async (page) => {
    await pressScan(page);
    await page.locator(`[data-seen="${seen}"]`).waitFor();
  };
  return withCamera(cameraThatReads, looks, text);
}

const glance = {
  logins: { watching: 12_345, scanned: 2, approved: 1, collected: 311, denied: 4, cancelled: 0, reported: 1 },
  funnel: { whole: true, shown: 1204, scanned: 322, approved: 317, collected: 311, denied: 4, reported: 1, shown_to_scanned_ms: 4000, scanned_to_approved_ms: 2460, approved_to_collected_ms: 180 },
  counts: { accounts: 2, disabled: 1, sessions: 7, passkeys: 3, clients: 2, stopped: 1 },
};
const accounts = [
  { id: 'a1', name: 'Ada Lovelace', role: 'admin', disabled: false, created_ms_ago: 9e9, sessions: 4, passkeys: 2, seen_ms_ago: 1000 },
  { id: 'a2', name: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh', role: 'person', disabled: true, created_ms_ago: 9e8, sessions: 0, passkeys: 0, seen_ms_ago: null },
];
const clients = [
  { id: '00ff00ff00ff00ff', name: 'The shop', stopped: false, created_ms_ago: 9e8 },
  { id: '0123456789abcdef', name: 'Accounting of the Northern Branch', stopped: true, created_ms_ago: 9e9 },
];
const events = [
  { seq: 9, kind: 'login.approved', ms_ago: 9000, account: { id: 'a1', name: 'Ada Lovelace' }, address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', detail: { confirm: 'passkey', browser: 'Chrome', system: 'Windows' } },
  { seq: 8, kind: 'server.settings', ms_ago: 90_000, detail: { version: '0.1.0' } },
];

/** The administrators' page, with what its calls are answered. */
function ofAdmin(screen, answers, then) {
  return {
    path: '/admin',
    signedIn: true,
    before: async (page) => {
      for (const [call, answer] of Object.entries(answers)) await says(page, `/v1/admin/${call}`, answer);
    },
    then,
    screen,
  };
}
const everything = {
  glance: { json: glance },
  'accounts?*': { json: { accounts } },
  clients: { json: { clients } },
  'events?*': { json: { events, next: 3 } },
};

export const personStates = {
  admin: ofAdmin('admin', everything, (page) => page.locator('[data-list="events"] li').nth(1).waitFor()),
  'admin-sure': ofAdmin('admin', everything, (page) => page.locator('[data-list="accounts"] [data-act="off"]').first().click()),
  'admin-empty': ofAdmin(
    'admin',
    { ...everything, 'accounts?*': { json: { accounts: [] } }, clients: { json: { clients: [] } }, 'events?*': { json: { events: [], next: 0 } } },
    (page) => page.locator('[data-none="events"]').waitFor(),
  ),
  'admin-step-up': ofAdmin('step-up', { glance: problem(403, 'step-up') }),
  'admin-only': ofAdmin('admins-only', { glance: problem(403, 'admins-only') }),
  ...ofPerson('/home', 'home'),
  ...ofPerson('/dashboard', 'dashboard'),
  'home-code-wrong': {
    path: '/home',
    signedIn: true,
    before: knowsSessions,
    then: async (page) => {
      await page.locator('[name=code]').fill('ABC');
      await page.locator('form[data-type] [type=submit]').click();
    },
    screen: 'home',
  },
  'home-passkeys': withPasskeys(passkeys, (page) => page.locator('[data-passkeys] li').nth(1).waitFor()),
  'home-passkeys-none': withPasskeys([], (page) => page.locator('[data-passkeys-none]').waitFor()),
  'home-passkey-removing': withPasskeys(passkeys, (page) => page.locator('[data-passkey-ask]').first().click()),
  'home-passkey-renaming': withPasskeys(passkeys, (page) => page.locator('[data-passkey-name]').first().click()),
  'home-passkey-sign-in-again': withPasskeys(passkeys, async (page) => {
    await page.locator('[data-passkey-add]').click();
    await page.locator('[data-passkey-fault="sign-in-again"]').waitFor();
  }),
  'home-passkey-last': withPasskeys(passkeys.slice(0, 1), (page) => page.locator('[data-passkey-ask]').click(), undefined, false),
  'home-account': withPasskeys(passkeys, async (page) => {
    await says(page, '/v1/me/recovery-codes', { json: { left: 10, codes: recoveryCodes } });
    for (const summary of await page.locator('[data-part] summary').all()) await summary.click();
    await page.locator('[data-codes-make]').click();
    await page.locator('[data-codes] li').nth(9).waitFor();
  }),
  'home-account-last-admin': withPasskeys(passkeys, async (page) => {
    await says(page, '/v1/me/delete', problem(409, 'last-admin'));
    await page.locator('[data-part="delete"] summary').click();
    await page.locator('[name=delete-name]').fill('Ada');
    await page.locator('[data-delete-form] [type=submit]').click();
    await page.locator('[data-account-fault="last-admin"]').waitFor();
  }),
  'home-scanning': scanning(null, 'nothing'),
  'home-scan-foreign': scanning('https://elsewhere.example/s/MVJ7CAFBWLB5JZPWA4MP77ZGXH4KNWS4YBZQ', 'foreign'),
  'home-scan-refused': failing('NotAllowedError', 'refused'),
  'home-scan-none': failing('NotFoundError', 'none'),
  'home-scan-in-use': failing('NotReadableError', 'in-use'),
  'home-scan-failed': failing('TypeError', 'failed'),
  'home-scan-insecure': withCamera(noCameraAtAll, (page) => page.locator('[data-camera="insecure"]').waitFor()),
};
