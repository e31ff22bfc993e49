import { all } from '../shared/dom';
import { frame } from '../shared/frame';

/** What stands where the home page would, while there is no connection. It comes back by itself. */
frame();

function again(): void {
  location.replace('/home');
}

for (const button of all('[data-retry]')) button.addEventListener('click', again);
window.addEventListener('online', again);
