import { carried, carry } from './carried';
import { Credentials } from '../shared/credentials';
import { one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded } from '../shared/http';
import { nameFits, passwordFault } from '../shared/rules';

/**
 * The first account. The link's token stands behind the `#`, which browsers never send; it leaves the address bar, and
 * with it the history, before anything else happens, and lives on in this variable alone: it never goes back there.
 */
const token = location.hash.slice(1) || carried();
history.replaceState(null, '', location.pathname);
frame(() => carry(token));
// The whole link, opened where this page stands already, changes nothing but the part behind the `#`.
window.addEventListener('hashchange', () => location.reload());

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

async function send(): Promise<void> {
  fields.clearFault();
  if (!nameFits(fields.name)) return fields.refuse('invalid-name', 'name');
  const fault = passwordFault(fields.password);
  if (fault) return fields.refuse(fault === 'long' ? 'long-password' : 'weak-password', 'password');
  const answer = await ask('POST', '/v1/setup', { token, name: fields.name, password: fields.password });
  if (succeeded(answer)) {
    location.replace('/home');
  } else if (answer.status === 403) {
    show('setup-closed');
  } else {
    const problem = answer.status === 429 ? 'too-many-requests' : answer.problem || 'other';
    fields.refuse(problem, problem === 'invalid-name' ? 'name' : 'password');
  }
}

if (token === '') {
  show('missing');
} else {
  fields.form.addEventListener('input', showRules);
  fields.onSubmit(send);
  showRules();
}
