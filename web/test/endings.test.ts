import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/login/backoff';
import { steadyMs } from '../src/login/machine';
import type { Event, Login } from '../src/login/model';
import { created, made, start, uncollected, uncreated, waiting, type Page } from './login-page';

describe('Close codes say what to do next', () => {
  test('4100 asks for a new login', () => {
    expect(waiting().closes(4100).did).toEqual(['forget', 'create']);
  });

  test.each([
    ['that waits', waiting],
    ['that was scanned', () => waiting().scannedBy('Ada')],
    ['of before a reload', () => start(waiting().model.login).hear({ is: 'opened' })],
  ])('4101 for a login %s asks to collect it: the answer may have been lost', (_, page) => {
    expect(page().closes(4101).did).toEqual(['collect one']);
    expect(page().closes(4101).hear({ is: 'collected', redirectTo: '/dashboard' }).did).toEqual(['forget', 'close', 'go']);
  });

  test('4101 for a login that somebody else collected ends it', () => {
    const page = uncollected(waiting().closes(4101), 409, 'already-collected');
    expect(page.screen).toBe('expired');
    expect(page.did).toEqual(['forget', 'close']);
  });

  test.each([4200, 4201, 4202, 1001, 1011])('%i asks to come back with the same one', (code) => {
    expect(waiting().closes(code).pass(backoffMs(0, 0.5)).did).toEqual(['open socket']);
  });

  test('4001 gets a new token, but not for ever', () => {
    const page = waiting().closes(4001);
    expect(page.did).toEqual(['forget', 'create']);
    for (const token of ['two', 'three']) created(page, token).hear({ is: 'opened' }).closes(4001);
    expect(page.screen).toBe('refused');
    expect(page.model.reason, 'watching needs no cookie').toBe('broken');
  });

  test('4003 and 4000 stop and say why', () => {
    expect(waiting().closes(4003).model.reason).toBe('origin');
    expect(waiting().closes(4000).model.reason).toBe('broken');
  });

  test('after the end mean nothing', () => {
    expect(waiting().says('denied').closes(4100).screen).toBe('declined');
    expect(waiting().says('approved').closes(1000).screen).toBe('approved');
  });
});

describe('Refusals', () => {
  test('too many logins', () => {
    const page = uncreated(start(), 429);
    expect(page.screen).toBe('refused');
    expect(page.model.reason).toBe('busy');
  });

  test('too many logins for now: the page says so and tries again by itself', () => {
    const page = uncreated(start(), 429, 30_000);
    expect([page.screen, page.model.reason]).toEqual(['refused', 'busy']);
    expect(page.pass(30_000).did).toEqual([]);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['create']);
    created(page, 'one').hear({ is: 'opened' }).says('waiting');
    expect([page.screen, page.model.reason]).toEqual(['waiting', null]);
  });

  test.each([
    ['is cut', (page: Page) => page.closes(1006)],
    ['is drained', (page: Page) => page.hear({ is: 'frame', frame: { type: 'reconnect', afterMs: 400 } })],
    ['goes offline and comes back', (page: Page) => page.hear({ is: 'offline' }).hear({ is: 'online' })],
    ['is of another login', (page: Page) => page.closes(4001)],
  ])('too many logins for now: that holds also when the connection %s meanwhile', (_, goes) => {
    const page = uncreated(waiting().pass(steadyMs).says('expired'), 429, 30_000).pass(10_000);
    goes(page);
    expect(page.did).not.toContain('create');
    expect(page.pass(20_000 + backoffMs(0, 0.5) - 1).did).toEqual([]);
    expect([page.screen, page.model.reason], 'nothing is lost, since nothing is watched').toEqual(['refused', 'busy']);
    expect(page.pass(1).did).toEqual(['create']);
    expect(created(page, 'two').did).toEqual(['open socket']);
  });

  test('too many logins for now: who presses the button asks at once, the page itself does not', () => {
    const page = uncreated(start(), 429, 30_000).hear({ is: 'again' });
    expect(page.did).toContain('create');
    expect(uncreated(page, 0).pass(30_000).did).toEqual([]);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['create']);
  });

  test('an application that the server does not know', () => {
    const page = uncreated(start(), 404, null, 'client-unknown');
    expect([page.screen, page.model.reason]).toEqual(['refused', 'client']);
  });

  test.each([[422, 'redirect-not-registered'], [409, 'ticket-only']] as const)('an application with nowhere to return to (%i %s)', (status, problem) => {
    const page = uncollected(waiting().says('approved'), status, problem);
    expect([page.screen, page.model.reason]).toEqual(['refused', 'return']);
    expect(page.did).toEqual(['forget', 'close']);
  });

  test('another browser cannot collect', () => {
    const page = uncollected(waiting().says('approved'), 403, 'wrong-browser');
    expect(page.model.reason).toBe('browser');
  });

  test('a login collected before is over', () => {
    const page = uncollected(waiting().says('approved'), 409, 'already-collected');
    expect(page.screen).toBe('expired');
  });
});

describe('A reload', () => {
  const saved = waiting().model.login as Login;

  test('goes on with the login of before', () => {
    const page = start(saved);
    expect(page.did).toEqual(['open socket']);
    expect(page.hear({ is: 'opened' }).did).toEqual(['watch one']);
    expect(page.scannedBy('Ada').screen).toBe('scanned');
  });

  test('does not know better than the page before which code is the present one', () => {
    const page = start(saved, true);
    expect([page.screen, ...page.did]).toEqual(['starting', 'open socket']);
    expect(page.answers().did).toEqual(['forget', 'create']);
    expect(created(page, 'two').did).toEqual(['watch two']);
    expect(page.says('waiting').screen).toBe('waiting');
    expect(start(saved, true).hear({ is: 'opened' }).says('hello').scannedBy('Ada').screen, 'no scan is lost').toBe('scanned');
    expect(start({ ...saved, endsAt: 0 }, true).hear({ is: 'created', login: made('two'), key: 'k' }).answers().screen).toBe('waiting');
  });

  test('forgets one that is over', () => {
    expect(start({ ...saved, endsAt: 0 }).did).toEqual(['create']);
  });
});

describe('Any order of events', () => {
  test('ends in a screen, never in a loop, and never collects twice at once', () => {
    const events: readonly Event[] = [
      { is: 'created', login: made('x'), key: 'key-x' },
      { is: 'create-failed', status: 0, problem: '', retryAfterMs: null },
      { is: 'opened' },
      { is: 'closed', code: 1006 },
      { is: 'closed', code: 4100 },
      { is: 'frame', frame: { type: 'waiting', userCode: '' } },
      { is: 'frame', frame: { type: 'expired' } },
      { is: 'frame', frame: { type: 'scanned', name: 'Ada', number: '07' } },
      { is: 'frame', frame: { type: 'approved' } },
      { is: 'collect-failed', status: 500, problem: '', retryAfterMs: null },
      { is: 'collect-failed', status: 409, problem: 'already-collected', retryAfterMs: null },
      { is: 'closed', code: 4101 },
      { is: 'again' },
      { is: 'online' },
      { is: 'seen' },
      { is: 'tick' },
      { is: 'create-failed', status: 429, problem: '', retryAfterMs: 1_000 },
      { is: 'typing', open: true },
      { is: 'probed', works: true },
      { is: 'probed', works: false },
      { is: 'beat' },
      { is: 'leapt' },
      { is: 'offline' },
      { is: 'frame', frame: { type: 'hello', heartbeatMs: 20_000 } },
      { is: 'frame', frame: { type: 'user_code', code: 'WDJB-MJHT' } },
      { is: 'frame', frame: { type: 'denied', reason: 'wrong-number' } },
      { is: 'frame', frame: { type: 'reconnect', afterMs: 500 } },
    ];
    let seed = 7;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    for (let run = 0; run < 300; run += 1) {
      const page = start();
      for (let i = 0; i < 40; i += 1) {
        page.hear(events[Math.floor(random() * events.length)] as Event);
        expect(page.effects.filter((effect) => effect.do === 'collect').length).toBeLessThanOrEqual(1);
        page.pass(Math.floor(random() * 20_000));
      }
    }
  });
});
