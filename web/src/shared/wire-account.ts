import { members, ms, str } from './wire';

/** What the server says of making and keeping an account, read with the same suspicion as in `wire`. */

/** What may be made with a link: `POST /v1/join/look`. */
export interface Admission {
  readonly by: 'setup' | 'invitation' | 'open';
  readonly isAdmin: boolean;
  readonly passwords: boolean;
  readonly passkeys: boolean;
}

export function readAdmission(body: unknown): Admission | null {
  const from = members(body);
  const by = str(from, 'by');
  if (by !== 'setup' && by !== 'invitation' && by !== 'open') return null;
  return {
    by,
    isAdmin: str(from, 'role') === 'admin',
    passwords: from?.['passwords'] === true,
    passkeys: from?.['passkeys'] === true,
  };
}

/** How people get in here: `GET /v1/join`. What is not said is as it is by default. */
export interface Ways {
  readonly isOpen: boolean;
  readonly passwords: boolean;
}

export function readWays(body: unknown): Ways {
  const from = members(body);
  return { isOpen: str(from, 'sign_up') === 'open', passwords: from?.['passwords'] !== false };
}

/** What opens this account beside its passkeys, of `GET /v1/me/passkeys`. */
export interface PasswordState {
  readonly has: boolean;
  readonly allowed: boolean;
}

export function readPasswordState(body: unknown): PasswordState {
  const from = members(body);
  return { has: from?.['password'] === true, allowed: from?.['passwords'] !== false };
}

/** How many recovery codes are left: `GET /v1/me/recovery-codes`. */
export function readCodesLeft(body: unknown): number | null {
  return ms(members(body), 'left');
}

/** New ones: `POST /v1/me/recovery-codes`. */
export function readCodes(body: unknown): readonly string[] | null {
  const codes = members(body)?.['codes'];
  if (!Array.isArray(codes)) return null;
  const texts = codes.filter((code): code is string => typeof code === 'string' && code !== '');
  return texts.length > 0 ? texts : null;
}
