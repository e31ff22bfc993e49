import { announce, choose, one } from '../shared/dom';
import { ask, succeeded, type Answer } from '../shared/http';

/** What the parts of the administrators' page share. */

/** Somebody who may not, or not any more: what to show in place of the page. */
export type Leave = (problem: string) => void;

/** A row made from its template. */
export function row(name: string): HTMLElement {
  const made = one<HTMLTemplateElement>(`template[data-row="${name}"]`).content.cloneNode(true) as DocumentFragment;
  return one('li', made);
}

/** Whether the answer says that this is not for whoever asks; then `leave` was told. */
export function refused(answer: Answer, leave: Leave): boolean {
  const problem = answer.status === 401 ? 'not-signed-in' : answer.problem;
  const over = problem === 'not-signed-in' || problem === 'admins-only' || problem === 'step-up';
  if (over) leave(problem);
  return over;
}

/** Does something that changes something, and says how it went. */
export async function act(method: 'POST' | 'DELETE', path: string, body: object | undefined, leave: Leave): Promise<boolean> {
  const answer = await ask(method, path, body);
  if (refused(answer, leave)) return false;
  const done = succeeded(answer);
  const known = answer.problem === 'own-account' || answer.problem === 'unreachable';
  choose('act-fault', done ? '' : known ? answer.problem : 'other');
  if (done) announce(one('[data-done]').textContent ?? '');
  return done;
}

/** Asks "sure?" in place of a button, and does it on yes. */
export function confirmed(button: HTMLElement, what: () => Promise<void>): void {
  const made = one<HTMLTemplateElement>('template[data-sure]').content.cloneNode(true) as DocumentFragment;
  const sure = one('.sure', made);
  const back = (): void => {
    sure.replaceWith(button);
    button.focus();
  };
  one('[data-no]', sure).addEventListener('click', back);
  one('[data-yes]', sure).addEventListener('click', () => {
    back();
    void what();
  });
  button.addEventListener('click', () => {
    button.replaceWith(sure);
    one('[data-no]', sure).focus();
  });
}
