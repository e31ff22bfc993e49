import { currentSession, endButtons, listSessions, signOutButtons } from './sessions';
import { age, initials } from '../shared/age';
import { all, choose, fill, manner, one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { watchSession } from '../shared/session-watch';
import type { Session } from '../shared/wire';

/** What a person sees right after signing in: who, since when, approved from where, and every other place. */

frame();

function leave(): void {
  location.replace('/');
}

function fillIn(session: Session): void {
  fill('name', session.account.name);
  fill('since', age(session.createdMsAgo, ...manner()));
  choose('how', session.kind);
  one('[data-initials]').textContent = initials(session.account.name);
  const approved = one('[data-approved]');
  approved.hidden = session.approvedFrom === null;
  if (!session.approvedFrom) return;
  fill('browser', session.approvedFrom.browser, approved);
  fill('system', session.approvedFrom.system, approved);
  fill('address', session.approvedFrom.address, approved);
}

async function start(): Promise<void> {
  const session = await currentSession();
  if (session === 'signed-out') return leave();
  if (session === 'unreachable') return void show('unreachable');
  fillIn(session);
  show('dashboard');
  watchSession('/dashboard');
  await listSessions(leave);
}

for (const button of all('[data-retry]')) button.addEventListener('click', () => location.reload());
signOutButtons(leave);
endButtons(leave);
void start();
