import { all } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask } from '../shared/http';

/** What stands where the home page would, while there is no connection. It comes back by itself. */
frame();

/** Between two looks whether the server is there, each twice as long as the one before, up to the second. */
const lookAgainMinMs = 1_000;
const lookAgainMaxMs = 30_000;

let wait = lookAgainMinMs;
let next = 0;
let looking = false;

function again(): void {
  location.replace('/home');
}

/** A browser says that it is online when it has a network; whether that leads anywhere yet shows only in an answer. */
async function look(): Promise<void> {
  if (looking) return;
  clearTimeout(next);
  looking = true;
  const { status } = navigator.onLine ? await ask('GET', '/v1/session') : { status: 0 };
  looking = false;
  if (status !== 0) return again();
  next = window.setTimeout(() => void look(), wait);
  wait = Math.min(2 * wait, lookAgainMaxMs);
}

for (const button of all('[data-retry]')) button.addEventListener('click', again);
window.addEventListener('online', () => {
  wait = lookAgainMinMs;
  void look();
});
next = window.setTimeout(() => void look(), wait);
