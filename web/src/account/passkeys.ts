import { whileBusy } from '../shared/busy';
import { age } from '../shared/age';
import { announce, choose, fill, manner, one } from '../shared/dom';
import { ask, succeeded } from '../shared/http';
import { addPasskey, passkeysPossible } from '../shared/passkeys';
import { readPasskey, readPasskeys, type Passkey } from '../shared/wire';
import { readPasswordState, type PasswordState } from '../shared/wire-account';
import { showPasswordState } from './account';

/** The passkeys of this person: what there is, one more, one less. `leave` runs when nobody is signed in any more. */

function fault(name: string): void {
  const known = document.querySelector(`[data-passkey-fault="${CSS.escape(name)}"]`) !== null;
  choose('passkey-fault', known || name === '' ? name : 'other');
}

export async function listPasskeys(leave: () => void): Promise<void> {
  const answer = await ask('GET', '/v1/me/passkeys');
  const passkeys = succeeded(answer) ? readPasskeys(answer.body) : null;
  const possible = passkeysPossible();
  const part = one('[data-passkeys-part]');
  part.removeAttribute('aria-busy');
  // Where none can be made and none are there, there is nothing to say.
  part.hidden = !possible && !passkeys?.length;
  one('[data-passkey-add]').hidden = !possible;
  if (!passkeys) {
    fault(answer.problem || 'other');
    return;
  }
  one('[data-passkeys]').replaceChildren(...passkeys.map((passkey) => row(passkey, leave)));
  password = readPasswordState(answer.body);
  sayHowMany();
}

let password: PasswordState = { has: true, allowed: true };

/** How many there are decides what may go: the last thing that opens an account goes only when that is meant. */
function sayHowMany(): void {
  const count = one('[data-passkeys]').children.length;
  one('[data-passkeys-none]').hidden = count > 0;
  choose('passkey-last', isLastWay() ? 'yes' : 'no');
  showPasswordState(password, count);
}

function isLastWay(): boolean {
  return one('[data-passkeys]').children.length === 1 && !password.has;
}

/** Makes the button work that adds one. */
export function passkeyButton(leave: () => void): void {
  const button = one('[data-passkey-add]');
  button.addEventListener('click', () => {
    void whileBusy(button, async () => {
      fault('');
      const outcome = await addPasskey();
      if ('done' in outcome) {
        one('[data-passkeys]').prepend(row(outcome.done, leave));
        sayHowMany();
        announce(one('[data-passkey-added]').textContent ?? '');
      } else if (outcome.fault === 'not-signed-in') {
        leave();
      } else if (outcome.fault !== 'cancelled') {
        fault(outcome.fault);
      }
    });
  });
}

function row(passkey: Passkey, leave: () => void): HTMLElement {
  const made = one<HTMLTemplateElement>('template[data-passkey-row]').content.cloneNode(true) as DocumentFragment;
  const item = one('li', made);
  fill('name', passkey.name, item);
  fill('made', age(passkey.createdMsAgo, ...manner()), item);
  fill('used', age(passkey.usedMsAgo ?? 0, ...manner()), item);
  choose('used', passkey.usedMsAgo === null ? 'never' : 'ever', item);
  choose('backed', passkey.backedUp ? 'yes' : 'no', item);
  const question = one('[data-passkey-ask]', item);
  const sure = one('[data-passkey-sure]', item);
  const decide = (asked: boolean): void => {
    question.hidden = asked;
    sure.hidden = !asked;
    (asked ? one('[data-passkey-keep]', sure) : question).focus();
  };
  renaming(passkey, item, leave);
  question.addEventListener('click', () => decide(true));
  one('[data-passkey-keep]', sure).addEventListener('click', () => decide(false));
  const button = one('[data-passkey-remove]', sure);
  button.addEventListener('click', () => void whileBusy(button, () => remove(passkey, item, leave)));
  return item;
}

/** Its name becomes a field, and a name again. */
function renaming(passkey: Passkey, item: HTMLElement, leave: () => void): void {
  const button = one('[data-passkey-name]', item);
  const form = one<HTMLFormElement>('[data-passkey-rename]', item);
  const field = one<HTMLInputElement>('[name=passkey-name]', form);
  let name = passkey.name;
  const edit = (editing: boolean): void => {
    form.hidden = !editing;
    button.hidden = editing;
    field.value = name;
    (editing ? field : button).focus();
  };
  button.addEventListener('click', () => edit(true));
  one('[data-passkey-name-leave]', form).addEventListener('click', () => edit(false));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const keep = one('[type=submit]', form);
    void whileBusy(keep, async () => {
      fault('');
      const answer = await ask('POST', `/v1/me/passkeys/${encodeURIComponent(passkey.id)}`, { name: field.value });
      if (answer.status === 401) return leave();
      const renamed = succeeded(answer) ? readPasskey(answer.body) : null;
      if (!renamed) return fault(answer.problem || 'other');
      name = renamed.name;
      fill('name', name, item);
      edit(false);
      announce(one('[data-passkey-renamed]').textContent ?? '');
    });
  });
}

async function remove(passkey: Passkey, item: HTMLElement, leave: () => void): Promise<void> {
  fault('');
  const meant = isLastWay() ? '?last=1' : '';
  const answer = await ask('DELETE', `/v1/me/passkeys/${encodeURIComponent(passkey.id)}${meant}`);
  if (answer.status === 401) return leave();
  if (answer.problem === 'last-way-in') {
    // Another tab took away what this one still shows: the question is asked anew, as what it is.
    await listPasskeys(leave);
    return fault(answer.problem);
  }
  if (!succeeded(answer) && answer.status !== 404) return fault(answer.problem || 'other');
  item.remove();
  sayHowMany();
  one('[data-passkey-add]').focus();
  announce(one('[data-passkey-removed]').textContent ?? '');
}
