import { signInForm } from '../shared/credentials';
import { whileBusy } from '../shared/busy';
import { fault, one } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded } from '../shared/http';
import { ownPath } from '../shared/paths';

frame();
const query = new URLSearchParams(location.search);
const wasSignedOut = query.get('out') === '1';
one('[data-signed-out]').hidden = !wasSignedOut;

function goOn(): void {
  location.replace(ownPath(query.get('next'), '/home'));
}

/** A page whose session was replaced by another tab hears of the end before the new session's cookie is in this browser. */
async function goOnWhenReplaced(): Promise<void> {
  if (succeeded(await ask('GET', '/v1/session'))) goOn();
}
if (wasSignedOut) void goOnWhenReplaced();

signInForm(
  goOn,
  (ways) => {
    one('[data-join]').hidden = !ways.isOpen;
  },
);

const form = one<HTMLFormElement>('form[data-recover-form]');
const button = one<HTMLButtonElement>('[type=submit]', form);
const nameField = one<HTMLInputElement>('[name=recover-name]', form);
const codeField = one<HTMLInputElement>('[name=recover-code]', form);

function refuse(problem: string): void {
  fault(form, problem);
  (nameField.value.trim() === '' ? nameField : codeField).focus();
}

/** Whoever needed a code goes home, where new passkeys are made. */
async function recover(): Promise<void> {
  fault(form, null);
  const [name, code] = [nameField.value.trim(), codeField.value.trim()];
  if (!name || !code) return refuse('missing');
  const answer = await ask('POST', '/v1/session', { name, recovery_code: code });
  if (succeeded(answer)) location.replace('/home');
  else refuse(answer.status === 429 ? 'too-many-requests' : answer.problem || 'other');
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void whileBusy(button, recover);
});
button.disabled = false;
