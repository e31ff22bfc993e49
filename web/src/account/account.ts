import { whileBusy } from '../shared/busy';
import { announce, choose, fill, one } from '../shared/dom';
import { ask, succeeded, type Answer } from '../shared/http';
import { passwordFault } from '../shared/rules';
import { goOnWatching, stopWatching } from '../shared/session-watch';
import { readCodes, readCodesLeft, type PasswordState } from '../shared/wire-account';

/**
 * What opens this person's account beside passkeys, what is stored of it, and its end. `leave` runs when nobody is signed
 * in any more.
 */

function fault(name: string): void {
  const known = document.querySelector(`[data-account-fault="${CSS.escape(name)}"]`) !== null;
  choose('account-fault', known || name === '' ? name : 'other');
}

/** Says how a call went when it went wrong. Whether it went well. */
function went(answer: Answer, leave: () => void): boolean {
  if (succeeded(answer)) return true;
  if (answer.status === 401) leave();
  else fault(answer.problem || 'other');
  return false;
}

/** Whether a password opens the account, and whether there is a passkey that makes it dispensable. */
export function showPasswordState(state: PasswordState, passkeys: number): void {
  one('[data-part="password"]').hidden = !state.allowed && !state.has;
  one('[data-password-form]').hidden = !state.allowed;
  choose('password-state', state.has ? 'has' : 'none');
  one('[data-password-drop]').hidden = !state.has || passkeys === 0;
}

export async function listCodes(): Promise<void> {
  const answer = await ask('GET', '/v1/me/recovery-codes');
  const left = succeeded(answer) ? readCodesLeft(answer.body) : null;
  fill('left', String(left ?? ''));
  choose('codes-state', left === null ? '' : left > 0 ? 'some' : 'none');
}

/** Runs `act` when `element` is pressed or submitted, its button busy meanwhile. */
function on(element: HTMLElement, event: 'click' | 'submit', act: () => Promise<void>): void {
  const button = element instanceof HTMLFormElement ? one('[type=submit]', element) : element;
  element.addEventListener(event, (pressed) => {
    pressed.preventDefault();
    void whileBusy(button, async () => {
      fault('');
      await act();
    });
  });
}

/** Makes everything of it work. `changed` runs when the account got or lost its password. */
export function accountParts(leave: () => void, changed: () => Promise<void>): void {
  passwordParts(leave, changed);
  codesParts(leave);
  on(one('[data-export]'), 'click', async () => {
    const answer = await ask('GET', '/v1/me/export');
    if (!went(answer, leave)) return;
    save(JSON.stringify(answer.body, null, 2), 'latchkey-export.json');
    announce(one('[data-exported]').textContent ?? '');
  });
  const form = one<HTMLFormElement>('form[data-delete-form]');
  on(form, 'submit', async () => {
    const field = one<HTMLInputElement>('[name=delete-name]', form);
    stopWatching();
    const answer = await ask('POST', '/v1/me/delete', { name: field.value });
    if (went(answer, leave)) return leave();
    goOnWatching();
    field.focus();
  });
}

function passwordParts(leave: () => void, changed: () => Promise<void>): void {
  const form = one<HTMLFormElement>('form[data-password-form]');
  const field = one<HTMLInputElement>('[name=new-password]', form);
  on(form, 'submit', async () => {
    const wrong = passwordFault(field.value);
    field.setAttribute('aria-invalid', String(wrong !== null));
    if (wrong) {
      fault(wrong === 'long' ? 'long-password' : 'weak-password');
      return field.focus();
    }
    if (!went(await ask('POST', '/v1/me/password', { password: field.value }), leave)) return;
    field.value = '';
    await changed();
    announce(one('[data-password-kept]').textContent ?? '');
  });
  on(one('[data-password-drop]'), 'click', async () => {
    if (!went(await ask('DELETE', '/v1/me/password'), leave)) return;
    await changed();
    field.focus();
    announce(one('[data-password-dropped]').textContent ?? '');
  });
}

function codesParts(leave: () => void): void {
  const shown = one('[data-codes-shown]');
  const make = one('[data-codes-make]');
  const hide = (): void => {
    shown.hidden = true;
    one('[data-codes]').replaceChildren();
  };
  on(make, 'click', async () => {
    const answer = await ask('POST', '/v1/me/recovery-codes', {});
    if (!went(answer, leave)) return;
    const codes = readCodes(answer.body);
    if (!codes) return fault('other');
    one('[data-codes]').replaceChildren(
      ...codes.map((code) => {
        const item = document.createElement('li');
        item.textContent = code;
        return item;
      }),
    );
    shown.hidden = false;
    one('[data-codes-now]').focus();
    await listCodes();
  });
  one('[data-codes-done]').addEventListener('click', () => {
    hide();
    make.focus();
  });
}

/** Gives a file to the person, out of the page. */
function save(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
