/** What `/v1/admin` says, read with care, as `shared/wire` does. All durations are milliseconds. Pure. */

import { list, members, ms, str, type Members } from '../shared/wire';

export interface FunnelStep {
  readonly name: 'shown' | 'scanned' | 'approved' | 'collected';
  readonly count: number;
  /** From the step before; null: of none was it measured. */
  readonly medianMs: number | null;
}

export interface Glance {
  /** Pages that show a code, and logins by state. */
  readonly now: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly funnel: readonly FunnelStep[];
  readonly isWhole: boolean;
}

function numbers(from: Members | null): Record<string, number> {
  return Object.fromEntries(Object.keys(from ?? {}).flatMap((name) => (ms(from, name) === null ? [] : [[name, ms(from, name) ?? 0]])));
}

export function readGlance(body: unknown): Glance | null {
  const from = members(body);
  const funnel = members(from?.['funnel']);
  const [logins, counts] = [members(from?.['logins']), members(from?.['counts'])];
  if (!funnel || !logins || !counts) return null;
  const step = (name: FunnelStep['name'], time: string): FunnelStep => ({ name, count: ms(funnel, name) ?? 0, medianMs: ms(funnel, time) });
  return {
    now: numbers(logins),
    counts: numbers(counts),
    funnel: [step('shown', ''), step('scanned', 'shown_to_scanned_ms'), step('approved', 'scanned_to_approved_ms'), step('collected', 'approved_to_collected_ms')],
    isWhole: funnel['whole'] !== false,
  };
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly off: boolean;
  readonly sessions: number;
  readonly passkeys: number;
  readonly seenMsAgo: number | null;
}

export function readAccounts(body: unknown): Account[] | null {
  const from = members(body);
  if (!Array.isArray(from?.['accounts'])) return null;
  return list(from, 'accounts').flatMap((row) => {
    const id = str(row, 'id');
    if (!id) return [];
    return [
      {
        id,
        name: str(row, 'name') ?? '',
        isAdmin: str(row, 'role') === 'admin',
        off: row['disabled'] === true,
        sessions: ms(row, 'sessions') ?? 0,
        passkeys: ms(row, 'passkeys') ?? 0,
        seenMsAgo: ms(row, 'seen_ms_ago'),
      },
    ];
  });
}

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly off: boolean;
  readonly createdMsAgo: number;
}

export function readClients(body: unknown): Client[] | null {
  const from = members(body);
  if (!Array.isArray(from?.['clients'])) return null;
  return list(from, 'clients').flatMap((row) => {
    const id = str(row, 'id');
    return id ? [{ id, name: str(row, 'name') ?? '', off: row['stopped'] === true, createdMsAgo: ms(row, 'created_ms_ago') ?? 0 }] : [];
  });
}

export interface AuditEvent {
  readonly kind: string;
  readonly msAgo: number;
  readonly account: string;
  readonly client: string;
  readonly address: string;
  /** As JSON; empty without any. */
  readonly detail: string;
}

/** Events, the newest first, and the number to go on before; 0: there are no further ones. */
export function readEvents(body: unknown): { events: AuditEvent[]; next: number } | null {
  const from = members(body);
  if (!Array.isArray(from?.['events'])) return null;
  const events = list(from, 'events').map((row) => {
    const account = members(row['account']);
    const client = members(row['client']);
    return {
      kind: str(row, 'kind') ?? '',
      msAgo: ms(row, 'ms_ago') ?? 0,
      account: str(account, 'name') || str(account, 'id') || '',
      client: str(client, 'name') || str(client, 'id') || '',
      address: str(row, 'address') ?? '',
      detail: row['detail'] === undefined ? '' : JSON.stringify(row['detail']),
    };
  });
  return { events, next: ms(from, 'next') ?? 0 };
}

/** How many of the step before came this far, in percent; null when there was none. */
export function share(steps: readonly FunnelStep[], at: number): number | null {
  const before = steps[at - 1]?.count ?? 0;
  return before > 0 ? Math.round(((steps[at]?.count ?? 0) / before) * 100) : null;
}

/** `850 ms`, `4.2 s`, `2 min`. */
export function duration(time: number, language: string): string {
  const [value, unit, digits]: [number, string, number] =
    time < 1000 ? [time, 'millisecond', 0] : time < 60_000 ? [time / 1000, 'second', 1] : [time / 60_000, 'minute', 0];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}
