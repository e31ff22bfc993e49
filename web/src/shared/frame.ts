import '../styles/app.css';
import { all } from './dom';

/** What every page has: its looks, and the switch of language. */

const yearSeconds = 31_536_000;

/**
 * Makes the language switch work: the server picks the page by a cookie.
 * `beforeReload` may save what a reload would lose.
 */
export function frame(beforeReload?: () => void): void {
  for (const button of all('[data-language]')) {
    button.addEventListener('click', () => {
      const secure = location.protocol === 'https:' ? '; Secure' : '';
      document.cookie = `latchkey_lang=${button.dataset['language']}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax${secure}`;
      beforeReload?.();
      location.reload();
    });
  }
}
