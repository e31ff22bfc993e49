/** The token of a link over the one reload that a switch of language needs: in sessionStorage, for that moment only. */

const key = 'latchkey.join';

export function carry(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // Storage is full or forbidden: the link must be opened once more.
  }
}

/** What was carried over, once; empty when there is nothing. */
export function carried(): string {
  try {
    const token = sessionStorage.getItem(key) ?? '';
    sessionStorage.removeItem(key);
    return token;
  } catch {
    return '';
  }
}
