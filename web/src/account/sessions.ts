import { whileBusy } from '../shared/busy';
import { age } from '../shared/age';
import { all, announce, choose, fill, manner, one } from '../shared/dom';
import { ask, succeeded } from '../shared/http';
import { goOnWatching, stopWatching } from '../shared/session-watch';
import { readSession, readSessions, type Session, type SessionRow } from '../shared/wire';

/** Who is signed in here; `signed-out`, or `unreachable` when the server does not say. */
export async function currentSession(): Promise<Session | 'signed-out' | 'unreachable'> {
  const answer = await ask('GET', '/v1/session');
  if (answer.status === 401) return 'signed-out';
  return readSession(answer.body) ?? 'unreachable';
}

/** Fills the list of everywhere this person is signed in. `leave` runs when the session of this very browser is ended. */
export async function listSessions(leave: () => void): Promise<void> {
  const list = one('[data-sessions]');
  const answer = await ask('GET', '/v1/me/sessions');
  const rows = readSessions(answer.body);
  list.removeAttribute('aria-busy');
  one('[data-sessions-fault]').hidden = rows !== null;
  rows?.sort((a, b) => Number(b.current) - Number(a.current) || a.seenMsAgo - b.seenMsAgo);
  list.replaceChildren(...(rows ?? []).map((row) => line(row, leave)));
  one('[data-end-which="others"]').hidden = (rows?.length ?? 0) < 2;
}

function line(row: SessionRow, leave: () => void): HTMLElement {
  const made = one<HTMLTemplateElement>('template[data-session]').content.cloneNode(true) as DocumentFragment;
  const item = one('li', made);
  fill('browser', row.browser, item);
  fill('system', row.system, item);
  fill('address', row.address, item);
  fill('seen', age(row.seenMsAgo, ...manner()), item);
  choose('kind', row.kind, item);
  one('[data-here]', item).hidden = !row.current;
  const button = one('[data-end]', item);
  button.addEventListener('click', () => void whileBusy(button, () => end(row, item, leave)));
  return item;
}

async function end(row: SessionRow, item: HTMLElement, leave: () => void): Promise<void> {
  if (row.current) stopWatching();
  const answer = await ask('DELETE', `/v1/me/sessions/${encodeURIComponent(row.id)}`);
  if (answer.status === 401 || (row.current && succeeded(answer))) return leave();
  if (row.current) goOnWatching();
  const ended = succeeded(answer) || answer.status === 404;
  one('[data-sessions-fault]').hidden = ended;
  if (!ended) return;
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  (next ? one('[data-end]', next) : one('h1')).focus();
  announce(one('[data-session-ended]').textContent ?? '');
}

/** Makes the buttons work that end many sessions at once: all others, or all. */
export function endButtons(leave: () => void): void {
  for (const button of all('[data-end-which]')) {
    const which = button.dataset['endWhich'];
    button.addEventListener('click', () => {
      void whileBusy(button, async () => {
        if (which === 'all') stopWatching();
        const answer = await ask('POST', '/v1/me/sessions/end', { which });
        if (answer.status === 401 || (succeeded(answer) && which === 'all')) return leave();
        if (which === 'all') goOnWatching();
        one('[data-sessions-fault]').hidden = succeeded(answer);
        if (!succeeded(answer)) return;
        await listSessions(leave);
        announce(one('[data-sessions-ended]').textContent ?? '');
      });
    });
  }
}

/** Makes the sign-out buttons work: ends this browser's session, then `leave`. */
export function signOutButtons(leave: () => void): void {
  for (const button of all('[data-sign-out]')) {
    button.addEventListener('click', () => {
      void whileBusy(button, async () => {
        stopWatching();
        const answer = await ask('DELETE', '/v1/session');
        const out = succeeded(answer) || answer.status === 401;
        one('[data-sessions-fault]').hidden = out;
        if (out) leave();
        else goOnWatching();
      });
    });
  }
}
