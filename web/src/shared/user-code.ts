import { readCode } from './code';

/** Short codes, as people read them off a screen and type them (RFC 8628 §6.1). Pure. */

/** Letters that are neither vowels, which make words, nor like another letter or a digit. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const half = `([${letters}]{4})`;
const whole = new RegExp(`^${half}${half}$`);

/** `WDJB-MJHT`, out of whatever case, spaces and dashes (U+2010 to U+2015, too) a person typed. Null when it is none. */
export function readUserCode(typed: string): string | null {
  const found = whole.exec(typed.replace(/[\s\u2010-\u2015-]+/g, '').toUpperCase());
  return found && `${found[1]}-${found[2]}`;
}

/** What stands for a login in what a person typed or pasted: a short code, a code, or a whole link with either. */
export function readTyped(typed: string): string | null {
  const afterLink = typed.trim().replace(/[?#].*$/s, '').split('/').pop() ?? '';
  return readUserCode(afterLink) ?? readCode(afterLink);
}
