import { carried, carry } from './carried';
import { whileBusy } from '../shared/busy';
import { Credentials } from '../shared/credentials';
import { all, choose, fault, one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded, type Answer } from '../shared/http';
import { makeFirstPasskey, passkeysPossible } from '../shared/passkeys';
import { nameFits, passwordFault } from '../shared/rules';
import { readAdmission, type Admission } from '../shared/wire-account';

/**
 * A new account. The link's token stands behind the `#`, which browsers never send; it leaves the address bar, and with it
 * the history, before anything else happens, and lives on in this variable alone: it never goes back there. Without one,
 * the site may still be open to everybody.
 */
const token = location.hash.slice(1) || carried();
history.replaceState(null, '', location.pathname);
frame(() => carry(token));
// The whole link, opened where this page stands already, changes nothing but the part behind the `#`.
window.addEventListener('hashchange', () => location.reload());
for (const button of all('[data-retry]')) {
  button.addEventListener('click', () => {
    carry(token);
    location.reload();
  });
}

const fields = new Credentials(one<HTMLFormElement>('[data-form]'));

function showRule(rule: string, met: boolean): void {
  const line = one(`[data-rule="${rule}"]`);
  line.classList.toggle('met', met);
  one('[data-met]', line).hidden = !met;
}

function showRules(): void {
  showRule('name', nameFits(fields.name));
  showRule('password', passwordFault(fields.password) === null);
}

/** What became of the account: the way home, the end of the link, or a fault of the form. */
function settle(answer: Answer): void {
  if (succeeded(answer)) return location.replace('/home');
  if (answer.problem === 'sign-up-closed' || answer.problem === 'invitation-unknown') return void show(answer.problem);
  const problem = answer.status === 429 ? 'too-many-requests' : answer.problem || 'other';
  fields.refuse(problem, problem === 'weak-password' ? 'password' : 'name');
}

async function withPassword(): Promise<void> {
  const wrong = passwordFault(fields.password);
  if (wrong) return fields.refuse(wrong === 'long' ? 'long-password' : 'weak-password', 'password');
  settle(await ask('POST', '/v1/join', { token, name: fields.name, password: fields.password }));
}

async function withPasskey(): Promise<void> {
  const made = await makeFirstPasskey(token, fields.name);
  if ('done' in made) return settle(made.done);
  if (made.fault !== 'cancelled') fields.refuse(made.fault, 'name');
}

/** Makes the form fit what may be made with this link, and makes it work. */
function offer(admission: Admission): void {
  const passkeys = admission.passkeys && passkeysPossible();
  choose('by', admission.by === 'setup' ? 'setup' : 'other');
  choose('link', token === '' ? 'no' : 'yes');
  one('[data-for-admin]').hidden = !admission.isAdmin;
  one('[data-passkey]').hidden = !passkeys;
  one('[data-or]').hidden = !admission.passwords;
  for (const part of all('[data-password-part], [type=submit], [data-rule="password"]')) part.hidden = !admission.passwords;
  const noWay = !passkeys && !admission.passwords;
  const whenNamed = async (make: () => Promise<void>): Promise<void> => {
    if (noWay) return;
    fields.clearFault();
    if (!nameFits(fields.name)) return fields.refuse('invalid-name', 'name');
    await make();
  };
  const button = one('[data-passkey-go]');
  button.addEventListener('click', () => void whileBusy(button, () => whenNamed(withPasskey)));
  fields.form.addEventListener('input', showRules);
  // Enter in the name's field: with the passkey, unless a password was begun.
  fields.onSubmit(() => whenNamed(passkeys && fields.password === '' ? withPasskey : withPassword));
  showRules();
  show('form');
  if (noWay) fault(fields.form, 'no-way');
}

async function start(): Promise<void> {
  const answer = await ask('POST', '/v1/join/look', { token });
  const admission = succeeded(answer) ? readAdmission(answer.body) : null;
  if (admission) return offer(admission);
  if (answer.status === 403) return void show(answer.problem === 'sign-up-closed' ? answer.problem : 'invitation-unknown');
  show(answer.status === 429 ? 'busy' : 'unreachable');
}

void start();
