import { age } from '../shared/age';
import { fill, manner, one } from '../shared/dom';
import { ask } from '../shared/http';
import { act, confirmed, refused, row, type Leave } from './parts';
import { readClients, type Client } from './wire';

/** Applications, each with its kill switch. */

function line(client: Client, leave: Leave): HTMLElement {
  const item = row('client');
  fill('name', client.name, item);
  fill('id', client.id, item);
  fill('made', age(client.createdMsAgo, ...manner()), item);
  const show = (off: boolean): void => {
    one('[data-is-off]', item).hidden = !off;
    for (const way of ['off', 'on'] as const) one(`[data-act="${way}"]`, item).hidden = (way === 'off') === off;
  };
  for (const way of ['off', 'on'] as const) {
    confirmed(one(`[data-act="${way}"]`, item), async () => {
      const path = `/v1/admin/clients/${encodeURIComponent(client.id)}`;
      if (!(await act('POST', path, { stopped: way === 'off' }, leave))) return;
      show(way === 'off');
      one(`[data-act="${way === 'off' ? 'on' : 'off'}"]`, item).focus();
    });
  }
  show(client.off);
  return item;
}

export async function clients(leave: Leave): Promise<void> {
  const answer = await ask('GET', '/v1/admin/clients');
  if (refused(answer, leave)) return;
  const found = readClients(answer.body) ?? [];
  one('[data-list="clients"]').replaceChildren(...found.map((client) => line(client, leave)));
  one('[data-none="clients"]').hidden = found.length > 0;
}
