import { whileBusy } from '../shared/busy';
import { age } from '../shared/age';
import { fill, manner, one } from '../shared/dom';
import { ask } from '../shared/http';
import { readSessions, type SessionRow } from '../shared/wire';
import { act, confirmed, refused, row, type Leave } from './parts';
import { readAccounts, type Account } from './wire';

/** Accounts: found by name, put out and let in again, their sessions ended. */

/** So many come at once: there may be more when there are as many. */
const pageRows = 50;

const list = one('[data-list="accounts"]');
const more = one('[data-more="accounts"]');
let text = '';
let last = '';

async function add(leave: Leave): Promise<void> {
  const answer = await ask('GET', `/v1/admin/accounts?${new URLSearchParams({ text, after: last })}`);
  if (refused(answer, leave)) return;
  const found = readAccounts(answer.body) ?? [];
  list.append(...found.map((account) => line(account, leave)));
  last = found.at(-1)?.name ?? last;
  more.hidden = found.length < pageRows;
  one('[data-none="accounts"]').hidden = list.children.length > 0;
}

function line(account: Account, leave: Leave): HTMLElement {
  const item = row('account');
  const path = `/v1/admin/accounts/${encodeURIComponent(account.id)}`;
  fill('name', account.name, item);
  fill('sessions', String(account.sessions), item);
  fill('passkeys', String(account.passkeys), item);
  fill('seen', account.seenMsAgo === null ? '' : age(account.seenMsAgo, ...manner()), item);
  one('[data-is-admin]', item).hidden = !account.isAdmin;
  const show = (off: boolean): void => {
    one('[data-is-off]', item).hidden = !off;
    for (const way of ['off', 'on'] as const) one(`[data-act="${way}"]`, item).hidden = (way === 'off') === off;
  };
  for (const way of ['off', 'on'] as const) {
    confirmed(one(`[data-act="${way}"]`, item), async () => {
      if (!(await act('POST', path, { disabled: way === 'off' }, leave))) return;
      show(way === 'off');
      one(`[data-act="${way === 'off' ? 'on' : 'off'}"]`, item).focus();
    });
  }
  show(account.off);
  const button = one('[data-show-sessions]', item);
  button.addEventListener('click', () => void whileBusy(button, () => sessions(item, button, path, leave)));
  return item;
}

async function sessions(item: HTMLElement, button: HTMLElement, path: string, leave: Leave): Promise<void> {
  const inner = one('[data-sessions]', item);
  const none = one('[data-sessions-none]', item);
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', String(open));
  inner.hidden = none.hidden = true;
  if (!open) return;
  const answer = await ask('GET', `${path}/sessions`);
  if (refused(answer, leave)) return;
  const found = readSessions(answer.body) ?? [];
  inner.replaceChildren(...found.map((session) => sessionLine(session, path, leave)));
  inner.hidden = found.length === 0;
  none.hidden = found.length > 0;
}

function sessionLine(session: SessionRow, path: string, leave: Leave): HTMLElement {
  const item = row('session');
  fill('browser', session.browser, item);
  fill('system', session.system, item);
  fill('address', session.address, item);
  fill('seen', age(session.seenMsAgo, ...manner()), item);
  confirmed(one('[data-end]', item), async () => {
    if (await act('DELETE', `${path}/sessions/${encodeURIComponent(session.id)}`, undefined, leave)) item.remove();
  });
  return item;
}

export async function accounts(leave: Leave): Promise<void> {
  const form = one<HTMLFormElement>('form[data-search="accounts"]');
  const begin = async (): Promise<void> => {
    text = one<HTMLInputElement>('[name=text]', form).value.trim();
    last = '';
    list.replaceChildren();
    await add(leave);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void begin();
  });
  more.addEventListener('click', () => void whileBusy(more, () => add(leave)));
  await begin();
}
