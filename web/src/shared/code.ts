/** Codes as people type and read them. Pure. */

/** Letters and digits in a code (RFC 4648 base32 of 22 bytes, without padding). */
export const codeLength = 36;
const groupLength = 4;

/** The code in what a person typed or pasted: any case, spaces and dashes, or the whole link. Null when it is none. */
export function readCode(typed: string): string | null {
  const afterLink = typed.slice(typed.lastIndexOf('/') + 1).replace(/[?#].*$/s, '');
  const code = afterLink.replace(/[\s-]+/g, '').toUpperCase();
  return new RegExp(`^[A-Z2-7]{${codeLength}}$`).test(code) ? code : null;
}

/** The code at the end of a phone page's path `/s/CODE`, or what stands there (the server says what is wrong with it). */
export function codeOfPath(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toUpperCase();
}

/** `ABCD EFGH …`, easier to read aloud and to type. */
export function grouped(code: string): string {
  return code.replace(new RegExp(`(.{${groupLength}})(?=.)`, 'g'), '$1 ');
}
