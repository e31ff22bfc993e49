import { whileBusy } from './busy';
import { all, fault, one } from './dom';
import { ask, succeeded } from './http';
import { passkeySignIn } from './passkey-signin';
import { readAccount, type Account } from './wire';
import { readWays, type Ways } from './wire-account';

/** The fields of a form with a name and a password, and the button that shows what was typed. */
export class Credentials {
  readonly form: HTMLFormElement;
  private readonly nameField: HTMLInputElement;
  private readonly passwordField: HTMLInputElement;

  constructor(form: HTMLFormElement) {
    this.form = form;
    this.nameField = one('[name=name]', form);
    this.passwordField = one('[name=password]', form);
    for (const button of all('[data-reveal]', form)) {
      button.addEventListener('click', () => this.reveal(button, this.passwordField.type === 'password'));
    }
  }

  get name(): string {
    return this.nameField.value.trim();
  }

  get password(): string {
    return this.passwordField.value;
  }

  /** Calls `send` at each submit, one at a time. Until then nothing can be submitted: no browser may send the fields. */
  onSubmit(send: () => Promise<void>): void {
    const button = one<HTMLButtonElement>('[type=submit]', this.form);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void whileBusy(button, send);
    });
    button.disabled = false;
  }

  /** Says what is wrong and moves to the field where it can be put right. */
  refuse(name: string, field: 'name' | 'password'): void {
    fault(this.form, name);
    const at = field === 'name' ? this.nameField : this.passwordField;
    at.setAttribute('aria-invalid', 'true');
    at.focus();
  }

  clearFault(): void {
    fault(this.form, null);
    this.nameField.removeAttribute('aria-invalid');
    this.passwordField.removeAttribute('aria-invalid');
  }

  clear(): void {
    this.form.reset();
    this.clearFault();
  }

  private reveal(button: HTMLElement, shown: boolean): void {
    this.passwordField.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    one('[data-on]', button).hidden = !shown;
    one('[data-off]', button).hidden = shown;
  }
}

/** Where no password opens an account, none is asked for. */
async function fitForm(form: HTMLFormElement, known: (ways: Ways) => void): Promise<void> {
  const answer = await ask('GET', '/v1/join');
  if (!succeeded(answer)) return;
  const ways = readWays(answer.body);
  for (const part of all('[data-password-part]', form)) part.hidden = !ways.passwords;
  known(ways);
}

/** Enter in the field of the name, where only a passkey opens an account. */
function withoutPassword(fields: Credentials): void {
  const part = one('[data-passkey]', fields.form);
  if (part.hidden) fields.refuse('passwords-off', 'name');
  else one('[data-passkey-go]', part).click();
}

/**
 * Makes the sign-in form of this page work; `done` runs once the person is signed in, `known` once the server has said
 * how people get in here.
 */
export function signInForm(done: (account: Account) => Promise<void> | void, known?: (ways: Ways) => void): Credentials {
  const fields = new Credentials(one<HTMLFormElement>('[data-form]'));
  let passwords = true;
  fields.onSubmit(async () => {
    fields.clearFault();
    if (!passwords) {
      withoutPassword(fields);
      return;
    }
    if (!fields.name || !fields.password) {
      fields.refuse('missing', fields.name ? 'password' : 'name');
      return;
    }
    const answer = await ask('POST', '/v1/session', { name: fields.name, password: fields.password });
    const account = readAccount(answer.body);
    if (succeeded(answer) && account) {
      fields.clear();
      await done(account);
      return;
    }
    fields.refuse(answer.status === 429 ? 'too-many-requests' : answer.problem || 'other', 'password');
  });
  void fitForm(fields.form, (ways) => {
    passwords = ways.passwords;
    known?.(ways);
  });
  passkeySignIn(fields.form, async (account) => {
    fields.clear();
    await done(account);
  });
  return fields;
}
