import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addAtHome, device, named } from './harness/authenticator.js';
import * as chromium from './harness/chromium.js';
import { changeAuditLog } from './harness/data.js';
import { command, newDirectory, Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { numberOn, opensCode, signedInAtHome } from './harness/scan-flow.js';

/** For an account with a passkey an approval is a signature over what the phone showed, and can be checked by anybody. */

const { answer, arrives, closePage, desktop, mobile, newPage, screen } = chromium;
const office = { 'X-Forwarded-For': '203.0.113.7' };
const street = { 'X-Forwarded-For': '198.51.100.9' };
const checker = fileURLToPath(new URL('../../docs/verify-audit.py', import.meta.url));
let server;
let browser;
let origin;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Ben', 'Cleo', 'Dora', 'Emmy', 'Fay', 'Grace', 'Hedy'], args: ['--trusted-proxies', '127.0.0.0/8'] });
  origin = named(server.origin);
  browser = await chromium.launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The phone of that person, with a passkey that was made there. */
async function phoneOf(name, { headers = office, ...options } = {}) {
  const phone = await device(browser, { page: { ...mobile, extraHTTPHeaders: headers }, ...options });
  await signedInAtHome(phone.page, origin, name);
  await addAtHome(phone.page);
  return phone;
}

/** A computer in the office whose code that phone has scanned: the confirm sheet is there. */
async function scannedBy({ page }) {
  const computer = await newPage(browser, { ...desktop, extraHTTPHeaders: office });
  await computer.goto(`${origin}/`);
  await opensCode(page, computer, origin);
  await screen(page, 'confirm').waitFor();
  return computer;
}

async function audit(data, ...args) {
  return command(['audit', ...args, '--data', data]);
}
async function events(kind) {
  const { stdout } = await audit(server.data, '--json');
  return stdout.trim().split('\n').map((line) => JSON.parse(line)).filter((event) => event.kind === kind);
}
/** What the program that has nothing of ours says of an export. */
function check(file) {
  return new Promise((resolve) => execFile('python3', [checker, file], (error, stdout, stderr) => resolve({ good: error === null, words: `${stdout}${stderr}`.trim() })));
}

test('Approve asks for the passkey, and the computer is signed in', async () => {
  const phone = await phoneOf('Ada');
  const computer = await scannedBy(phone);
  await screen(phone.page, 'confirm').locator('[data-sign]').waitFor();
  await answer(phone.page, 'approve');
  await screen(phone.page, 'approved').waitFor();
  await arrives(computer, `${origin}/dashboard`);
  const [approved] = await events('login.approved');
  assert.equal(approved.detail.confirm, 'passkey');
  assert.ok(approved.detail.evidence);
  await closePage(computer);
  await closePage(phone.page);
});

test('where nothing is known of the browser, the number is typed and signed as well', async () => {
  const phone = await phoneOf('Ben', { headers: street });
  const computer = await scannedBy(phone);
  await phone.page.locator('[name=number]').fill(await numberOn(computer));
  await answer(phone.page, 'approve');
  await screen(phone.page, 'approved').waitFor();
  await arrives(computer, `${origin}/dashboard`);
  await closePage(computer);
  await closePage(phone.page);
});

test('without the owner nothing is approved, and they may try again', async () => {
  const phone = await phoneOf('Cleo');
  const computer = await scannedBy(phone);
  await phone.authenticator('setUserVerified', { isUserVerified: false });
  await answer(phone.page, 'approve');
  await phone.page.locator('[data-sign-faults] [data-fault="cancelled"]').waitFor();
  assert.equal((await events('login.approved')).filter(({ account }) => account.name === 'Cleo').length, 0);
  await phone.authenticator('setUserVerified', { isUserVerified: true });
  await answer(phone.page, 'approve');
  await screen(phone.page, 'approved').waitFor();
  await arrives(computer, `${origin}/dashboard`);
  await closePage(computer);
  await closePage(phone.page);
});

/** Between the server and what is shown to the person, somebody tells another story. */
// Each has an account of its own: a denial makes the next logins of an account want the number.
for (const [what, name, change] of [
  ['browser', 'Dora', (scan) => (scan.browser = 'Safari')],
  ['address', 'Grace', (scan) => (scan.address = '198.51.100.1')],
  ['application', 'Hedy', (scan) => (scan.client.name = 'My bank')],
]) {
  test(`an approval of another ${what} than the one that asks is none`, async () => {
    const phone = await phoneOf(name);
    await phone.page.route('**/v1/scans', async (route) => {
      const response = await route.fetch();
      const scan = await response.json();
      change(scan);
      await route.fulfill({ response, json: scan });
    });
    const computer = await scannedBy(phone);
    await answer(phone.page, 'approve');
    await phone.page.locator('[data-sign-faults] [data-fault="passkey-refused"]').waitFor();
    await answer(phone.page, 'deny');
    await screen(phone.page, 'declined').waitFor();
    assert.equal((await events('login.approved')).filter(({ account }) => account.name === name).length, 0);
    await closePage(computer);
    await closePage(phone.page);
  });
}

test('a passkey of another account approves nothing', async () => {
  const emmy = await phoneOf('Emmy');
  const { credentials } = await emmy.authenticator('getCredentials');
  const ada = await device(browser, { page: { ...mobile, extraHTTPHeaders: office } });
  for (const credential of credentials) await ada.authenticator('addCredential', { credential });
  await signedInAtHome(ada.page, origin, 'Ada');
  // The page would not even ask for it; somebody who does gets no further.
  await ada.page.route('**/v1/scans', async (route) => {
    const response = await route.fetch();
    const scan = await response.json();
    if (scan.sign) scan.sign.passkeys = credentials.map(({ credentialId }) => ({ type: 'public-key', id: Buffer.from(credentialId, 'base64').toString('base64url') }));
    await route.fulfill({ response, json: scan });
  });
  const computer = await scannedBy(ada);
  await answer(ada.page, 'approve');
  await ada.page.locator('[data-sign-faults] [data-fault="passkey-refused"]').waitFor();
  for (const page of [computer, ada.page, emmy.page]) await closePage(page);
});

test('a counter that goes back is told, and no reason to refuse', async () => {
  const phone = await phoneOf('Fay');
  let computer = await scannedBy(phone);
  await answer(phone.page, 'approve');
  await screen(phone.page, 'approved').waitFor();
  await arrives(computer, `${origin}/dashboard`);
  await closePage(computer);
  const { credentials: [copy] } = await phone.authenticator('getCredentials');
  await phone.authenticator('removeCredential', { credentialId: copy.credentialId });
  await phone.authenticator('addCredential', { credential: { ...copy, signCount: 0 } });
  computer = await scannedBy(phone);
  await answer(phone.page, 'approve');
  await screen(phone.page, 'approved').waitFor();
  await arrives(computer, `${origin}/dashboard`);
  await eventually(async () => (await events('passkey.counter')).length === 1);
  await closePage(computer);
  await closePage(phone.page);
});

test('the log proves it to somebody who has nothing of ours, and every change is found and named', async (t) => {
  const folder = newDirectory();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'audit.jsonl');
  assert.equal((await audit(server.data, 'export', '--out', file)).code, 0);
  const good = await check(file);
  assert.ok(good.good, good.words);
  assert.match(good.words, /^\d+ events, 5 signatures, all good$/);
  assert.notEqual((await audit(server.data, 'export', '--out', file)).code, 0, 'nothing is written over');

  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const at = lines.findIndex((line) => line.includes('"evidence":{'));
  const tampered = {
    'a byte of the event': lines.with(at, lines[at].replace('"address":"203', '"address":"204')),
    'the statement': lines.with(at, lines[at].replace('Chrome\\nsystem', 'Chromium\\nsystem')),
    'the signature': lines.with(at, lines[at].replace(/"signature":"(.)/, (_, c) => `"signature":"${c === 'M' ? 'N' : 'M'}`)),
    'no signature': lines.with(at, lines[at].replace(/,"evidence":\{.*\}\}$/, '}')),
    'a line that is gone': lines.toSpliced(at, 1),
    'the last events that are gone': lines.toSpliced(-3, 2),
  };
  for (const [what, changed] of Object.entries(tampered)) {
    assert.notDeepEqual(changed, lines, what);
    writeFileSync(file, `${changed.join('\n')}\n`);
    const { good: fine, words } = await check(file);
    assert.ok(!fine && /^event \d+: /.test(words), `${what}: ${words}`);
    if (what !== 'the last events that are gone') assert.match(words, new RegExp(`^event ${at + 1}: `), what);
  }

  await server.stop({ keepData: true });
  for (const sql of [
    "UPDATE audit_evidence SET statement = replace(statement, 'Chrome', 'Chromium')",
    'DELETE FROM audit_evidence',
    "UPDATE audit_evidence SET signature = CAST(substr(signature, 1, length(signature) - 1) || x'00' AS BLOB)",
  ]) {
    const copy = newDirectory();
    t.after(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(server.data, copy, { recursive: true });
    assert.equal((await audit(copy, 'verify')).code, 0);
    changeAuditLog(copy, sql);
    const { code, stderr } = await audit(copy, 'verify');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`event ${at + 1} is an approval whose signature is missing or does not hold`), sql);
  }
});
