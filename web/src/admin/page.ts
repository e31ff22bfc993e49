import { whileBusy } from '../shared/busy';
import { all, fault, one, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask } from '../shared/http';
import { signInWithPasskey } from '../shared/passkeys';
import { accounts } from './accounts';
import { clients } from './clients';
import { events } from './events';
import { follow, glance } from './glance';
import { refused } from './parts';

/** For whoever runs this: what happens, who is here, and the switches for when something is wrong. */

frame();

const stepUp = one('[data-screen="step-up"]');

function leave(problem: string): void {
  if (problem === 'not-signed-in') location.replace('/signin?next=/admin');
  else show(problem);
}

async function start(): Promise<void> {
  const answer = await ask('GET', '/v1/admin/glance');
  if (refused(answer, leave)) return;
  if (answer.status !== 200) return void show('unreachable');
  show('admin');
  follow(leave);
  await Promise.all([glance(leave), accounts(leave), clients(leave), events(leave)]);
}

const button = one('[data-step-up]');
button.addEventListener('click', () => {
  void whileBusy(button, async () => {
    fault(stepUp, null);
    const outcome = await signInWithPasskey('optional', new AbortController().signal);
    // What is shown next is shown afresh: the session is another now.
    if ('done' in outcome) location.reload();
    else if (outcome.fault !== 'cancelled') fault(stepUp, outcome.fault);
  });
});
for (const again of all('[data-retry]')) again.addEventListener('click', () => location.reload());
void start();
