import { accountParts, listCodes } from './account';
import { listPasskeys, passkeyButton } from './passkeys';
import { currentSession, endButtons, listSessions, signOutButtons } from './sessions';
import { keepAsApp, opensScanner } from '../app/install';
import { age, initials } from '../shared/age';
import { Viewfinder } from '../scanner/viewfinder';
import { all, announce, fault, fill, manner, one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded } from '../shared/http';
import { watchSession } from '../shared/session-watch';
import { readTyped } from '../shared/user-code';
import type { Session, ShownAs } from '../shared/wire';

/** The phone's home: who I am, a scanner, a place to type a code, and everywhere I am signed in. */

frame();

function leave(): void {
  location.replace('/signin?next=/home');
}

function fillIn(session: Session): void {
  fill('name', session.account.name);
  fill('since', age(session.createdMsAgo, ...manner()));
  fill('how', one(`[data-how="${session.kind}"]`).textContent ?? '');
  one('[data-initials]').textContent = initials(session.account.name);
  one('[data-admin]').hidden = !session.isAdmin;
  tick(session.shownAs);
}

const shown = one<HTMLFormElement>('form[data-shown]');
/** What the server last said it keeps. */
let kept: ShownAs = 'name';

function tick(choice: ShownAs): void {
  kept = choice;
  one<HTMLInputElement>(`[value="${choice}"]`, shown).checked = true;
}

/** What is chosen now, and whether an answer is due: one question at a time, the last choice last. */
let chosen: ShownAs = 'name';
let keeping = false;

async function keepChosen(choice: ShownAs): Promise<void> {
  chosen = choice;
  if (keeping) return;
  keeping = true;
  for (let asked: ShownAs | null = null; asked !== chosen; ) {
    asked = chosen;
    await keep(asked);
  }
  keeping = false;
}

/** Keeps what was chosen; a choice that could not be kept goes back. */
async function keep(choice: ShownAs): Promise<void> {
  const answer = await ask('POST', '/v1/me', { shown_as: choice });
  if (answer.status === 401) return leave();
  const done = succeeded(answer);
  one('[data-shown-fault]').hidden = done;
  if (done) kept = choice;
  if (chosen !== choice) return;
  tick(kept);
  if (done) announce(one('[data-shown-saved]').textContent ?? '');
}

shown.addEventListener('change', (event) => void keepChosen((event.target as HTMLInputElement).value as ShownAs));

async function start(): Promise<void> {
  const session = await currentSession();
  if (session === 'signed-out') return leave();
  if (session === 'unreachable') return void show('unreachable');
  fillIn(session);
  show('home');
  watchSession('/home');
  keepAsApp();
  if (opensScanner()) finder.start();
  await Promise.all([listSessions(leave), listPasskeys(leave), listCodes()]);
}

const typed = one<HTMLFormElement>('form[data-type]');
typed.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = one<HTMLInputElement>('[name=code]', typed);
  const code = readTyped(field.value);
  fault(document, code ? null : 'code');
  field.setAttribute('aria-invalid', String(code === null));
  if (code) location.assign(`/s/${code}`);
  else field.focus();
});
for (const button of all('[data-retry]')) button.addEventListener('click', () => location.reload());
signOutButtons(leave);
endButtons(leave);
passkeyButton(leave);
accountParts(leave, async () => {
  await Promise.all([listSessions(leave), listPasskeys(leave)]);
});
const finder = new Viewfinder((path) => location.assign(path));
void start();
