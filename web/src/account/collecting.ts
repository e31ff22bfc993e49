import { keyBytes, keyOf } from '../shared/key';
import { all, show } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded } from '../shared/http';

/**
 * The original tutorial's page goes to `dashboard.html` once it hears `status: true`. This page stands there until the
 * approved login has become a session, then loads the address again.
 */

frame();

/** One for each tab: the same request sent again, after a reload too, because its answer was lost is known by it. */
function sameKey(): string {
  const name = 'latchkey.collecting';
  const fresh = keyOf(crypto.getRandomValues(new Uint8Array(keyBytes)));
  try {
    const kept = sessionStorage.getItem(name) ?? fresh;
    sessionStorage.setItem(name, kept);
    return kept;
  } catch {
    return fresh; // Storage is forbidden: the key lasts as long as the page.
  }
}

const key = sameKey();

async function collect(): Promise<void> {
  const answer = await ask('POST', '/dashboard.html', undefined, { key });
  if (succeeded(answer)) return location.reload();
  if (answer.status === 429) return void show('busy');
  show(answer.status === 0 || answer.status >= 500 ? 'unreachable' : 'failed');
}

for (const button of all('[data-retry]')) {
  button.addEventListener('click', () => {
    show('collecting');
    void collect();
  });
}
void collect();
