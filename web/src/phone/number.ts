/** The number that the screen shows and the phone must say. Pure. */

/** The two digits in what a person typed; digits of other keyboards count. Null when it is anything else. */
export function readNumber(typed: string): string | null {
  const digits = typed.normalize('NFKC').trim();
  return /^[0-9]{2}$/.test(digits) ? digits : null;
}
