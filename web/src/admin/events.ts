import { whileBusy } from '../shared/busy';
import { age } from '../shared/age';
import { fill, manner, one } from '../shared/dom';
import { ask } from '../shared/http';
import { refused, row, type Leave } from './parts';
import { readEvents, type AuditEvent } from './wire';

/** The audit log, the newest first, with a search. */

const list = one('[data-list="events"]');
const more = one('[data-more="events"]');
const form = one<HTMLFormElement>('form[data-search="events"]');
let wanted: Record<string, string> = {};
let next = 0;

async function add(leave: Leave): Promise<void> {
  const answer = await ask('GET', `/v1/admin/events?${new URLSearchParams({ ...wanted, before: String(next) })}`);
  if (refused(answer, leave)) return;
  one('[data-nobody]').hidden = answer.problem !== 'account-unknown';
  const found = readEvents(answer.body);
  list.append(...(found?.events ?? []).map(line));
  next = found?.next ?? 0;
  more.hidden = next === 0;
  one('[data-none="events"]').hidden = list.children.length > 0;
}

function line(event: AuditEvent): HTMLElement {
  const item = row('event');
  fill('kind', event.kind, item);
  fill('who', [age(event.msAgo, ...manner()), event.account, event.client, event.address].filter(Boolean).join(' · '), item);
  fill('detail', event.detail, item);
  one('.detail', item).hidden = event.detail === '';
  return item;
}

export async function events(leave: Leave): Promise<void> {
  const begin = async (): Promise<void> => {
    wanted = Object.fromEntries(['kind', 'account', 'text'].map((name) => [name, one<HTMLInputElement>(`[name=${name}]`, form).value.trim()]));
    next = 0;
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
