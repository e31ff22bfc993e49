import { describe, expect, test } from 'vitest';
import { duration, readAccounts, readClients, readEvents, readGlance, share } from '../src/admin/wire';

describe('what the administrators’ calls say', () => {
  const glance = {
    logins: { watching: 7, scanned: 1, approved: 0, odd: 'x' },
    funnel: { shown: 12, scanned: 3, approved: 2, collected: 0, shown_to_scanned_ms: 4200, scanned_to_approved_ms: null, approved_to_collected_ms: null, whole: true },
    counts: { accounts: 2 },
  };

  test('a glance is read step by step', () => {
    const read = readGlance(glance);
    expect(read?.now).toEqual({ watching: 7, scanned: 1, approved: 0 });
    expect(read?.funnel.map(({ count }) => count)).toEqual([12, 3, 2, 0]);
    expect(read?.funnel.map(({ medianMs }) => medianMs)).toEqual([null, 4200, null, null]);
    expect(read?.isWhole).toBe(true);
    expect(readGlance({ logins: {} })).toBeNull();
  });

  test('shares are of the step before, and of nothing there is none', () => {
    const steps = readGlance(glance)?.funnel ?? [];
    expect([1, 2, 3].map((at) => share(steps, at))).toEqual([25, 67, 0]);
    expect(share(steps, 0)).toBeNull();
    expect(share([], 1)).toBeNull();
  });

  test('rows without an id are no rows', () => {
    expect(readAccounts({ accounts: [{ id: 'a', name: 'Ada', role: 'admin', disabled: true, seen_ms_ago: null }, {}, 7] })).toEqual([
      { id: 'a', name: 'Ada', isAdmin: true, off: true, sessions: 0, passkeys: 0, seenMsAgo: null },
    ]);
    expect(readClients({ clients: [{ id: 's', name: 'Shop', stopped: true }, null] })).toEqual([{ id: 's', name: 'Shop', off: true, createdMsAgo: 0 }]);
    expect([readAccounts({}), readClients(null), readEvents('')]).toEqual([null, null, null]);
  });

  test('an event is told with the names that there are', () => {
    const read = readEvents({ events: [{ kind: 'login.denied', ms_ago: 5, account: { id: 'x', name: '' }, detail: { reason: 'declined' } }], next: 4 });
    expect(read).toEqual({
      events: [{ kind: 'login.denied', msAgo: 5, account: 'x', client: '', address: '', detail: '{"reason":"declined"}' }],
      next: 4,
    });
  });

  test('durations are told in the unit that suits them', () => {
    expect([850, 4240, 120_000].map((ms) => duration(ms, 'en'))).toEqual(['850 ms', '4.2 sec', '2 min']);
  });
});
