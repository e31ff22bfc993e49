import { keepHandle, keptHandle, readServed, startOf } from './handle';
import { readNumber } from './number';
import { statementOf } from './statement';
import { faultOfUndo, screenOfDecision, screenOfScan } from './screens';
import { age } from '../shared/age';
import { whileBusy } from '../shared/busy';
import { codeOfPath } from '../shared/code';
import { signInForm } from '../shared/credentials';
import { all, choose, fault, fill, manner, one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded, type Answer } from '../shared/http';
import { signText } from '../shared/passkeys';
import { readReason, readScan, readSessionsEnded, type Account, type Scan } from '../shared/wire';

/**
 * The page behind the code: sign in if need be, see who asks, answer once.
 * It asks with the handle it was served with, so neither a reload nor a sign-in on the way loses anything; the same
 * account may scan again.
 */

type Decision = 'approve' | 'deny' | 'report';

const screenOfDecided = { approve: 'approved', deny: 'declined' } as const;

/** After an approval, the browser can be signed out on this page for so long; later on the phone's home. */
const endOfferedMs = 60_000;

const start = atStart();
const numberForm = one<HTMLFormElement>('[data-number]');
const numberField = one<HTMLInputElement>('[name=number]', numberForm);
let scan: Scan | null = null;
/** What "Try again" repeats. */
let retry: () => Promise<void> = lookUp;
/** The person left the account that had scanned: the login is declined, a new code is needed. */
let switching = false;

function atStart(): ReturnType<typeof startOf> {
  const code = codeOfPath(location.pathname);
  const served = readServed((name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? null);
  const storage = () => sessionStorage;
  if (served.handle) keepHandle(storage, code, served.handle);
  return startOf(code, served, keptHandle(storage, code));
}

async function lookUp(): Promise<void> {
  retry = lookUp;
  if ('problem' in start) return showScreen(screenOfScan({ status: 404, problem: start.problem }));
  const answer = await ask('POST', '/v1/scans', start.body);
  scan = succeeded(answer) ? readScan(answer.body) : null;
  if (scan) {
    fillIn(scan);
    show('confirm');
  } else {
    showRefused(answer, succeeded(answer) ? 'failed' : screenOfScan(answer));
  }
}

function fillIn(from: Scan): void {
  const sheet = one('[data-screen="confirm"]');
  fill('client', from.client, sheet);
  fill('browser', from.browser, sheet);
  fill('system', from.system, sheet);
  fill('address', from.address, sheet);
  fill('age', age(from.ageMs, ...manner()), sheet);
  fill('account', from.account.name, sheet);
  choose('network', from.network, sheet);
  choose('known', from.knownBrowser ? 'yes' : 'no', sheet);
  numberForm.hidden = !wantsNumber(from);
  one('[data-sign]').hidden = !wantsPasskey(from);
  signFault(null);
  numberField.value = '';
  wantNumber(false);
}

function showScreen(screen: string): void {
  choose('signin', switching ? 'switching' : 'first');
  show(screen);
  if (screen === 'signin') one('[name=name]').focus();
}

/** A screen for an answer that may say why. */
function showRefused(answer: Answer, screen: string): void {
  const reason = readReason(answer.body);
  const known = all('[data-refused]').some((element) => element.dataset['refused'] === reason);
  choose('refused', known ? reason : 'other');
  showScreen(screen);
}

/** Says that the number is wanted, and leads to its field. */
function wantNumber(wanted: boolean): void {
  fault(numberForm, wanted ? 'number' : null);
  numberField.setAttribute('aria-invalid', String(wanted));
  if (wanted) numberField.focus();
}

function wantsNumber({ confirm }: Scan): boolean {
  return confirm === 'number' || confirm === 'passkey-and-number';
}

function wantsPasskey({ confirm }: Scan): boolean {
  return confirm === 'passkey' || confirm === 'passkey-and-number';
}

/** Why nothing was signed; the person may try again. */
function signFault(name: string | null): void {
  fault(one('[data-sign-faults]'), name);
}

/** The number typed for a scan that wants one is sent along; there is one try, so a half one is not sent. */
async function approve(of: Scan): Promise<void> {
  signFault(null);
  const number = wantsNumber(of) ? readNumber(numberField.value) : '';
  wantNumber(number === null);
  if (number === null) return;
  const said = number ? { number } : {};
  if (!wantsPasskey(of) || !of.sign) return decide(of.id, 'approve', said);
  const signed = await signText(statementOf(of, number, location.hostname), of.sign);
  if ('fault' in signed) return signFault(signed.fault);
  await decide(of.id, 'approve', { ...said, assertion: signed.done });
}

async function decide(id: string, decision: Decision, body: object): Promise<void> {
  const answer = await ask('POST', `/v1/scans/${encodeURIComponent(id)}/${decision}`, body);
  if (succeeded(answer)) {
    if (decision === 'report') return showReported(readSessionsEnded(answer.body));
    show(screenOfDecided[decision]);
    if (decision === 'approve') offerEnd();
    return;
  }
  if (answer.problem === 'number-missing') return askForNumber();
  if (answer.problem === 'passkey-refused' || answer.problem === 'passkey-missing') return signFault(answer.problem);
  const screen = screenOfDecision(answer);
  // Signed in again, the person sees once more who asks before answering.
  retry = screen === 'signin' ? lookUp : () => decide(id, decision, body);
  showRefused(answer, screen);
}

/** The server wants a number that this page knew nothing of, or read otherwise. */
function askForNumber(): void {
  if (scan) scan = { ...scan, confirm: wantsPasskey(scan) ? 'passkey-and-number' : 'number' };
  show('confirm');
  numberForm.hidden = false;
  wantNumber(true);
}

function offerEnd(): void {
  const button = one('[data-end]');
  setTimeout(() => {
    const focused = document.activeElement === button;
    // Its place stays: what is below must not come under a finger that is on its way.
    button.classList.add('over');
    if (focused) one('[data-screen="approved"] h1').focus();
  }, endOfferedMs);
}

/**
 * Asks for what undoes an approval, on the screen that says what came of it. What fails is said there, and may be pressed
 * again; null then, else how many sessions ended.
 */
async function undo(screen: HTMLElement, move: 'end' | 'report'): Promise<number | null> {
  if (!scan) return null;
  fault(screen, null);
  const answer = await ask('POST', `/v1/scans/${encodeURIComponent(scan.id)}/${move}`, {});
  if (succeeded(answer)) return readSessionsEnded(answer.body);
  fault(screen, faultOfUndo(answer));
  return null;
}

/** Ends what the approval just now began, or takes it back before anything began. */
async function endThere(): Promise<void> {
  const ended = await undo(one('[data-screen="approved"]'), 'end');
  if (ended === null) return;
  choose('ended', ended > 0 ? 'out' : 'back');
  show('ended');
}

/** "This wasn't me", from whoever notices it after the approval only. */
async function reportLate(screen: HTMLElement): Promise<void> {
  const ended = await undo(screen, 'report');
  if (ended !== null) showReported(ended);
}

function showReported(sessionsEnded: number): void {
  fill('ended', String(sessionsEnded), one('[data-screen="reported"]'));
  show('reported');
}

/**
 * A login belongs to the account that scanned it first, so another account needs another code: decline this one, which
 * lets the screen offer a new code, then sign out here.
 */
async function switchAccount(): Promise<void> {
  retry = switchAccount;
  if (scan) {
    const answer = await ask('POST', `/v1/scans/${encodeURIComponent(scan.id)}/deny`, {});
    if (!succeeded(answer)) return showScreen(screenOfDecision(answer));
    scan = null;
  }
  const answer = await ask('DELETE', '/v1/session');
  if (!succeeded(answer) && answer.status !== 401) return showScreen(answer.status === 0 ? 'unreachable' : 'failed');
  switching = true;
  showScreen('signin');
}

async function signedIn(account: Account): Promise<void> {
  if (!switching) return lookUp();
  fill('name', account.name, one('[data-screen="switched"]'));
  show('switched');
}

/** Runs `work` unless an answer is on its way: none can be given twice. */
function once(button: HTMLElement, work: () => Promise<void>): void {
  void whileBusy(one('[data-screens]'), () => whileBusy(button, work));
}

function onPress(selector: string, work: () => Promise<void>): void {
  for (const button of all(selector)) button.addEventListener('click', () => once(button, work));
}

async function approveThis(): Promise<void> {
  if (scan) await approve(scan);
}

frame();
signInForm(signedIn);
onPress('[data-answer="approve"]', approveThis);
onPress('[data-answer="deny"]', async () => {
  if (scan) await decide(scan.id, 'deny', {});
});
onPress('[data-screen="confirm"] [data-report]', async () => {
  if (scan) await decide(scan.id, 'report', {});
});
for (const name of ['approved', 'ended']) {
  onPress(`[data-screen="${name}"] [data-report]`, () => reportLate(one(`[data-screen="${name}"]`)));
}
// Enter in the field is Approve.
numberForm.addEventListener('submit', (event) => {
  event.preventDefault();
  once(one('[data-answer="approve"]'), approveThis);
});
onPress('[data-end]', endThere);
onPress('[data-switch]', switchAccount);
onPress('[data-retry]', () => retry());
void lookUp();
