/**
 * What the server says, read with care: a value of the wrong shape is null, unknown members are ignored.
 * All durations are milliseconds. Pure.
 */

import type { Rotation } from './rotation';

export type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}

export function str(from: Members | null, name: string): string | null {
  const value = from?.[name];
  return typeof value === 'string' ? value : null;
}

export function ms(from: Members | null, name: string): number | null {
  const value = from?.[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** A new login: `POST /v1/logins`. */
export interface NewLogin {
  readonly token: string;
  readonly rotation: Rotation;
  readonly stepMs: number;
  /** How long ago the server began with step 0. */
  readonly elapsedMs: number;
  readonly linkPrefix: string;
  readonly ttlMs: number;
  /** Where the page can hear about it. */
  readonly paths: { readonly socket: string; readonly events: string; readonly poll: string };
  /** The name of the application that asks; may be empty. */
  readonly client: string;
}

export function readNewLogin(body: unknown): NewLogin | null {
  const from = members(body);
  const token = str(from, 'token');
  const moves = members(from?.['rotation']);
  const rotation = readRotation(moves);
  const stepMs = ms(moves, 'step_ms');
  const elapsedMs = ms(moves, 'elapsed_ms');
  const linkPrefix = str(from, 'link_prefix');
  const ttlMs = ms(from, 'ttl_ms');
  const socket = str(from, 'socket');
  const events = str(from, 'events');
  const poll = str(from, 'poll');
  if (!token || !rotation || !stepMs || elapsedMs === null || !linkPrefix || !ttlMs) return null;
  if (!socket || !events || !poll) return null;
  const client = str(members(from?.['client']), 'name') ?? '';
  return { token, rotation, stepMs, elapsedMs, linkPrefix, ttlMs, paths: { socket, events, poll }, client };
}

/** Of the shape that codes can be made from: 12 and 16 bytes of base64url, and a field of 16 bits. */
export function readRotation(value: unknown): Rotation | null {
  const from = members(value);
  const login = str(from, 'login');
  const key = str(from, 'key');
  const field = ms(from, 'field');
  if (!login || !/^[\w-]{16}$/.test(login) || !key || !/^[\w-]{22}$/.test(key)) return null;
  return field !== null && Number.isInteger(field) && field <= 0xffff ? { login, key, field } : null;
}

/** Why the phone said no: declined, a wrong number was typed there, or it was not that person at all. */
export type DeniedReason = 'declined' | 'wrong-number' | 'reported';

/** A frame of `latchkey.v1` that this page understands; the event stream and the long poll say the same. */
export type Frame =
  | { readonly type: 'hello'; readonly heartbeatMs: number }
  /** With the code to type, if a long poll asked for it; else empty. */
  | { readonly type: 'waiting'; readonly userCode: string }
  | { readonly type: 'user_code'; readonly code: string }
  /** `number` has two digits when it must be typed on the phone, and is empty when not. */
  | { readonly type: 'scanned'; readonly name: string; readonly number: string }
  | { readonly type: 'denied'; readonly reason: DeniedReason }
  | { readonly type: 'approved' | 'expired' }
  | { readonly type: 'reconnect'; readonly afterMs: number };

/** Null for anything else: a newer server may say more than this page knows. */
export function readFrame(data: unknown): Frame | null {
  return typeof data === 'string' ? readFrameBody(parsed(data)) : null;
}

/** The same of a frame that is no longer text. */
export function readFrameBody(body: unknown): Frame | null {
  const from = members(body);
  const type = str(from, 'type');
  switch (type) {
    case 'hello':
      return { type, heartbeatMs: ms(from, 'heartbeat_ms') ?? 0 };
    case 'waiting':
      return { type, userCode: str(from, 'user_code') ?? '' };
    case 'user_code': {
      const code = str(from, 'code');
      return code ? { type, code } : null;
    }
    case 'scanned': {
      const number = str(from, 'number') ?? '';
      return { type, name: str(from, 'name') ?? '', number: /^\d\d$/.test(number) ? number : '' };
    }
    case 'denied': {
      const reason = str(from, 'reason');
      return { type, reason: reason === 'wrong-number' || reason === 'reported' ? reason : 'declined' };
    }
    case 'approved':
    case 'expired':
      return { type };
    case 'reconnect':
      return { type, afterMs: ms(from, 'after_ms') ?? 0 };
    default:
      return null;
  }
}

/** The code of an event stream's last event, `{"code","reason"}`; 1006, as of a broken connection, when it is none. */
export function readClose(data: string): number {
  return ms(members(parsed(data)), 'code') ?? 1006;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** The account inside `{"account":{…}}`. */
export function readAccount(body: unknown): Account | null {
  const from = members(members(body)?.['account']);
  const name = str(from, 'name');
  return name === null ? null : { id: str(from, 'id') ?? '', name };
}

/** A browser as the server saw it; what is unknown is empty. */
export interface Device {
  readonly browser: string;
  readonly system: string;
  readonly address: string;
}

function device(from: Members | null): Device {
  return {
    browser: str(from, 'browser') ?? '',
    system: str(from, 'system') ?? '',
    address: str(from, 'address') ?? '',
  };
}

export type Network = 'same' | 'different' | 'unknown';

/** What the phone shows before it decides: `POST /v1/scans`. */
export interface Scan extends Device {
  readonly id: string;
  /** Empty: this installation itself. */
  readonly clientId: string;
  readonly client: string;
  readonly network: Network;
  /** The account was signed in on that browser before. */
  readonly knownBrowser: boolean;
  readonly ageMs: number;
  /** `number`: the screen shows one, and Approve must say it. `passkey`: Approve must be signed. */
  readonly confirm: Confirm;
  readonly account: Account;
  /** What a passkey signs beside what is shown; null where none is wanted. */
  readonly sign: ToSign | null;
}

const confirms = ['tap', 'number', 'passkey', 'passkey-and-number'] as const;
export type Confirm = (typeof confirms)[number];

export interface ToSign {
  readonly rpId: string;
  readonly nonce: string;
  /** Milliseconds since 1970, by the server's clock: a text to sign, and no time to go by. */
  readonly scannedAt: number;
  readonly passkeys: readonly { readonly id: string; readonly transports: readonly string[] }[];
}

function readToSign(value: unknown): ToSign | null {
  const from = members(value);
  const [rpId, nonce, scannedAt] = [str(from, 'rp_id'), str(from, 'nonce'), ms(from, 'scanned_at')];
  if (!rpId || !nonce || scannedAt === null) return null;
  const passkeys = list(from, 'passkeys').flatMap((one) => {
    const id = str(one, 'id');
    const said = one['transports'];
    const transports = Array.isArray(said) ? said.filter((word): word is string => typeof word === 'string') : [];
    return id ? [{ id, transports }] : [];
  });
  return { rpId, nonce, scannedAt, passkeys };
}

/** What is not said counts as the less trusted of two. */
export function readScan(body: unknown): Scan | null {
  const from = members(body);
  const id = str(from, 'id');
  const client = str(members(from?.['client']), 'name');
  const account = readAccount(body);
  const network = str(from, 'network');
  if (!id || client === null || !account) return null;
  return {
    ...device(from),
    id,
    clientId: str(members(from?.['client']), 'id') ?? '',
    client,
    account,
    network: network === 'same' || network === 'different' ? network : 'unknown',
    knownBrowser: from?.['known_browser'] === true,
    confirm: confirms.find((one) => one === str(from, 'confirm')) ?? 'tap',
    sign: readToSign(from?.['sign']),
    ageMs: ms(from, 'age_ms') ?? 0,
  };
}

/** How many sessions a report or a late change of mind ended: `sessions_ended`. */
export function readSessionsEnded(body: unknown): number {
  return ms(members(body), 'sessions_ended') ?? 0;
}

/** Why a policy refused a scan: the `reason` of its problem. Empty when it does not say. */
export function readReason(body: unknown): string {
  return str(members(body), 'reason') ?? '';
}

const kinds = ['password', 'scan', 'setup', 'passkey', 'recovery'] as const;
export type Kind = (typeof kinds)[number];

function kind(from: Members | null): Kind {
  return kinds.find((one) => one === str(from, 'kind')) ?? 'password';
}

/** What screens show of who scanned. */
export type ShownAs = 'name' | 'initials' | 'nothing';

/** The session of this browser: `GET /v1/session`. */
export interface Session {
  readonly account: Account;
  readonly shownAs: ShownAs;
  readonly isAdmin: boolean;
  readonly kind: Kind;
  readonly createdMsAgo: number;
  readonly approvedFrom: Device | null;
}

function shownAs(from: Members | null): ShownAs {
  const value = str(from, 'shown_as');
  return value === 'initials' || value === 'nothing' ? value : 'name';
}

export function readSession(body: unknown): Session | null {
  const account = readAccount(body);
  const from = members(members(body)?.['session']);
  if (!account || !from) return null;
  const by = members(from['approved_from']);
  return {
    account,
    shownAs: shownAs(members(members(body)?.['account'])),
    isAdmin: str(members(members(body)?.['account']), 'role') === 'admin',
    kind: kind(from),
    createdMsAgo: ms(from, 'created_ms_ago') ?? 0,
    approvedFrom: by && device(by),
  };
}

/** One row of `GET /v1/me/sessions`. */
export interface SessionRow extends Device {
  readonly id: string;
  readonly kind: Kind;
  readonly seenMsAgo: number;
  readonly current: boolean;
}

export function readSessions(body: unknown): SessionRow[] | null {
  const rows = members(body)?.['sessions'];
  if (!Array.isArray(rows)) return null;
  return rows.flatMap((row: unknown) => {
    const from = members(row);
    const id = str(from, 'id');
    if (!id) return [];
    return [{ ...device(from), id, kind: kind(from), seenMsAgo: ms(from, 'seen_ms_ago') ?? 0, current: from?.['current'] === true }];
  });
}

/** What `navigator.credentials` is to be asked, as the server wrote it: `POST …/challenge`. */
export interface SignInOptions {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeoutMs: number;
}

export function readSignInOptions(body: unknown): SignInOptions | null {
  const from = members(body);
  const challenge = str(from, 'challenge');
  const rpId = str(from, 'rpId');
  return challenge && rpId ? { challenge, rpId, timeoutMs: ms(from, 'timeout') ?? 0 } : null;
}

export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string };
  readonly algorithms: readonly number[];
  readonly had: readonly string[];
  readonly timeoutMs: number;
}

export function list(from: Members | null, name: string): readonly Members[] {
  const value = from?.[name];
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown) => members(one)).filter((one) => one !== null);
}

export function readCreationOptions(body: unknown): CreationOptions | null {
  const from = members(body);
  const challenge = str(from, 'challenge');
  const rp = members(from?.['rp']);
  const user = members(from?.['user']);
  const [rpId, userId] = [str(rp, 'id'), str(user, 'id')];
  if (!challenge || !rpId || !userId) return null;
  return {
    challenge,
    rp: { id: rpId, name: str(rp, 'name') ?? rpId },
    user: { id: userId, name: str(user, 'name') ?? '' },
    algorithms: list(from, 'pubKeyCredParams').flatMap(({ alg }) => (typeof alg === 'number' ? [alg] : [])),
    had: list(from, 'excludeCredentials').flatMap((one) => str(one, 'id') ?? []),
    timeoutMs: ms(from, 'timeout') ?? 0,
  };
}

/** One row of `GET /v1/me/passkeys`. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdMsAgo: number;
  /** Null: never yet. */
  readonly usedMsAgo: number | null;
  readonly backedUp: boolean;
}

export function readPasskey(body: unknown): Passkey | null {
  const from = members(body);
  const id = str(from, 'id');
  if (!id) return null;
  return {
    id,
    name: str(from, 'name') ?? '',
    createdMsAgo: ms(from, 'created_ms_ago') ?? 0,
    usedMsAgo: ms(from, 'used_ms_ago'),
    backedUp: from?.['backed_up'] === true,
  };
}

export function readPasskeys(body: unknown): Passkey[] | null {
  const from = members(body);
  return Array.isArray(from?.['passkeys']) ? list(from, 'passkeys').flatMap((one) => readPasskey(one) ?? []) : null;
}

/** `redirect_to` of a collected login. */
export function readRedirect(body: unknown): string | null {
  return str(members(body), 'redirect_to');
}

/** The stable word of a problem (RFC 9457): the last part of its `type`. Empty when there is none. */
export function readProblem(body: unknown): string {
  return (str(members(body), 'type') ?? '').split('/').pop() ?? '';
}
