import { screen } from './chromium.js';
import { account, device, fillSignIn, problem, says } from './says.js';

/** The states of the phone's page. */

export const phonePath = '/s/MVJ7CAFBWLB5JZPWA4MP77ZGXH4KNWS4YBZQ';

const sheet = {
  id: 'AAAAAAAAAAAAAAAA',
  client: { name: 'Latchkey' },
  ...device,
  network: 'same',
  known_browser: true,
  confirm: 'tap',
  age_ms: 4000,
  account,
  ttl_ms: 500_000,
};
const numberSheet = { ...sheet, known_browser: false, confirm: 'number' };

/** The page as a server sends it that has this to say of the code; the word said last counts. */
export async function served(page, { handle = '', problem: word = '' }) {
  await page.route(`**${phonePath}`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text())
      .replace(/(<meta name="latchkey-handle" content=")[^"]*/, `$1${handle}`)
      .replace(/(<meta name="latchkey-problem" content=")[^"]*/, `$1${word}`);
    await route.fulfill({ response, body });
  });
}

/** The phone page after its scan was answered so. */
function afterScan(answer, name) {
  return { path: phonePath, before: (page) => says(page, '/v1/scans', answer), screen: name };
}

/** The phone page after `selector` was pressed and its request, the last part of whose path is `move`, answered so. */
function afterPress(selector, move, answer, name) {
  return {
    path: phonePath,
    before: async (page) => {
      await says(page, '/v1/scans', { status: 201, json: sheet });
      await says(page, `/v1/scans/*/${move}`, answer);
    },
    then: (page) => page.locator(selector).click(),
    screen: name,
  };
}

/** The phone page after Approve was answered so. */
function afterApprove(answer, name) {
  return afterPress('[data-answer="approve"]', 'approve', answer, name);
}

/** The phone page after "Sign out that browser" was answered so. */
function afterEnd(answer, name, shown) {
  const approved = afterApprove({ status: 200, json: { state: 'approved' } }, name);
  return {
    ...approved,
    before: async (page) => {
      await approved.before(page);
      await says(page, '/v1/scans/*/end', answer);
    },
    then: async (page) => {
      await approved.then(page);
      await page.locator('[data-end]').click();
      await page.locator(shown).waitFor();
    },
  };
}

/** The phone page after "This wasn't me" was pressed on the screen of `state`, and answered so. */
function afterLateReport(state, answer, name, shown) {
  return {
    ...state,
    before: async (page) => {
      await state.before(page);
      await says(page, '/v1/scans/*/report', answer);
    },
    then: async (page) => {
      await state.then(page);
      await screen(page, state.screen).locator('[data-report]').click();
      await screen(page, name).locator(shown).waitFor();
    },
    screen: name,
  };
}

/** The phone page whose screen shows a number, after `number` was typed and Approve answered so. */
function afterNumber(number, answer, name) {
  return {
    path: phonePath,
    before: async (page) => {
      await says(page, '/v1/scans', { status: 201, json: numberSheet });
      await says(page, '/v1/scans/*/approve', answer);
    },
    then: async (page) => {
      await page.locator('[name=number]').fill(number);
      await page.locator('[data-answer="approve"]').click();
      if (name === 'confirm') await page.locator('[data-fault="number"]').waitFor();
    },
    screen: name,
  };
}

/** A policy of the client refused the scan. */
function refused(reason) {
  const answer = problem(403, 'refused-by-policy');
  return afterScan({ ...answer, json: { ...answer.json, reason } }, 'refused-by-policy');
}

const ended = afterEnd({ status: 200, json: { sessions_ended: 1 } }, 'ended', 'h1[data-ended="out"]');

export const phoneStates = {
  'phone-loading': afterScan('never', 'loading'),
  'phone-signin': afterScan(problem(401, 'not-signed-in'), 'signin'),
  'phone-signin-wrong': {
    path: phonePath,
    before: async (page) => {
      await says(page, '/v1/scans', problem(401, 'not-signed-in'));
      await says(page, '/v1/session', problem(401, 'wrong-credentials'));
    },
    then: async (page) => {
      await fillSignIn(page);
      await page.locator('[data-fault="wrong-credentials"]').waitFor();
    },
    screen: 'signin',
  },
  'phone-confirm': { ...afterScan({ status: 201, json: sheet }, 'confirm'), sheet },
  'phone-confirm-passkey': afterScan({ status: 201, json: { ...sheet, confirm: 'passkey' } }, 'confirm'),
  'phone-confirm-passkey-and-number': afterScan({ status: 201, json: { ...numberSheet, confirm: 'passkey-and-number' } }, 'confirm'),
  'phone-refused-passkey': refused('passkey-needed'),
  'phone-confirm-different': afterScan(
    { status: 201, json: { ...sheet, network: 'different', known_browser: false, browser: '', system: '', address: '', age_ms: 61_000 } },
    'confirm',
  ),
  'phone-confirm-unclear': afterScan({ status: 201, json: { ...sheet, network: 'unknown', known_browser: false } }, 'confirm'),
  'phone-confirm-long': afterScan(
    {
      status: 201,
      json: {
        ...sheet,
        address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
        account: { ...account, name: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley' },
        client: { name: 'Accounting of the Northern Branch' },
      },
    },
    'confirm',
  ),
  'phone-approved': afterApprove({ status: 200, json: { state: 'approved' } }, 'approved'),
  'phone-confirm-number': { ...afterScan({ status: 201, json: numberSheet }, 'confirm'), sheet: numberSheet },
  'phone-number-missing': afterNumber('4', 'never', 'confirm'),
  'phone-number-wanted': afterNumber('42', problem(422, 'number-missing'), 'confirm'),
  'phone-wrong-number': afterNumber('42', problem(409, 'wrong-number'), 'wrong-number'),
  'phone-ended': ended,
  'phone-ended-report-lost': afterLateReport(ended, 'gone', 'ended', '[data-fault="unreachable"]'),
  'phone-taken-back': afterEnd({ status: 200, json: { sessions_ended: 0 } }, 'ended', 'h1[data-ended="back"]'),
  'phone-end-gone': afterEnd(problem(404, 'login-unknown'), 'approved', '[data-screen="approved"] [data-fault="gone"]'),
  'phone-declined': afterPress('[data-answer="deny"]', 'deny', { status: 200, json: { state: 'denied' } }, 'declined'),
  'phone-reported': afterPress('[data-screen="confirm"] [data-report]', 'report', { status: 200, json: { state: 'reported', sessions_ended: 2 } }, 'reported'),
  'phone-refused-browser': refused('unknown-browser'),
  'phone-refused-network': refused('different-network'),
  'phone-refused-other': refused('phase-of-the-moon'),
  'phone-served-expired': { path: phonePath, before: (page) => served(page, { problem: 'code-expired' }), screen: 'code-expired' },
  'phone-code-unknown': afterScan(problem(404, 'code-unknown'), 'code-unknown'),
  'phone-code-expired': afterScan(problem(410, 'code-expired'), 'code-expired'),
  'phone-already-scanned': afterScan(problem(409, 'already-scanned'), 'already-scanned'),
  'phone-not-on-screen': afterScan(problem(409, 'not-on-screen'), 'not-on-screen'),
  'phone-busy': afterScan(problem(429, 'too-many-requests'), 'busy'),
  'phone-unreachable': afterScan('gone', 'unreachable'),
  'phone-failed': afterScan(problem(503, 'unavailable'), 'failed'),
  'phone-already-decided': afterApprove(problem(409, 'already-decided'), 'already-decided'),
  'phone-login-expired': afterApprove(problem(410, 'login-expired'), 'login-expired'),
  'phone-not-yours': afterApprove(problem(403, 'not-yours'), 'not-yours'),
  'phone-unsure': afterApprove('gone', 'unsure'),
};

// The code in the address is none of the server's: it says nothing of it, so that the page asks.
for (const state of Object.values(phoneStates)) {
  const { before } = state;
  state.before = async (page) => {
    await served(page, {});
    await before(page);
  };
}
