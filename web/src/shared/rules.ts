/** The rules for names and passwords, as the server has them, so that a person sees them before sending. Pure. */

const nameLengthMax = 64;
const passwordLengthMin = 8;
const passwordBytesMax = 1024;

/** Whether `name` is 1 to 64 characters after trimming, without control characters. */
export function nameFits(name: string): boolean {
  const length = [...name.trim()].length;
  return length >= 1 && length <= nameLengthMax && !/\p{Cc}/u.test(name.trim());
}

/** What is wrong with a new password. Eight characters are at least the eight bytes that the server asks for. */
export function passwordFault(password: string): 'short' | 'long' | null {
  if ([...password].length < passwordLengthMin) return 'short';
  return new TextEncoder().encode(password).length > passwordBytesMax ? 'long' : null;
}
