import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/login/backoff';
import * as machine from '../src/login/machine';
import type { Login } from '../src/login/model';
import { graceMs, lateMs, stepOf, stopAfterMs, wakeAt } from '../src/login/outlook';
import { Page, created, made, start, stepMs, ttlMs, uncollected, uncreated, waiting } from './login-page';

const { answerMs, askEveryMs, greetMs, steadyMs } = machine;

describe('From the first code to the signed-in person', () => {
  test('a login is made, watched, and shown once the server says it waits', () => {
    const page = start();
    expect(page.did).toEqual(['create']);
    expect(created(page, 'one').did).toEqual(['open socket']);
    expect(page.hear({ is: 'opened' }).did).toEqual(['watch one']);
    expect(page.screen).toBe('starting');
    expect(page.says('hello').says('waiting').screen).toBe('waiting');
    expect(page.did).toEqual(['save']);
  });

  test('the page greets who scanned', () => {
    const page = waiting().scannedBy('Ada');
    expect(page.screen).toBe('scanned');
    expect([page.model.name, page.model.number]).toEqual(['Ada', '']);
    expect(waiting().scannedBy('', '07').model.number).toBe('07');
  });

  test('an approval is collected once, then the page goes where the server says', () => {
    const page = waiting().scannedBy('Ada').says('approved');
    expect(page.did).toEqual(['collect one']);
    expect(page.says('approved').did).toEqual([]);
    expect(page.hear({ is: 'tick' }).did).toEqual([]);
    page.hear({ is: 'collected', redirectTo: '/dashboard' });
    expect(page.effects).toContainEqual({ do: 'go', to: '/dashboard' });
    expect(page.did).toContain('forget');
  });

  test('what is collected is not collected again while the next page is on its way', () => {
    const page = waiting().says('approved').hear({ is: 'collected', redirectTo: '/dashboard' });
    for (const event of [{ is: 'tick' }, { is: 'online' }, { is: 'closed', code: 4101 }] as const) {
      expect(page.hear(event).did).toEqual([]);
      expect(page.screen).toBe('approved');
    }
    expect(wakeAt(page.model, page.now)).toBeNull();
  });

  test('each try to collect one login carries the same key, each login its own', () => {
    const page = waiting().says('approved');
    expect(page.effects).toContainEqual(expect.objectContaining({ do: 'collect', token: 'one', key: 'key-one' }));
    uncollected(page, 0).pass(backoffMs(0, 0.5));
    expect(page.effects).toContainEqual(expect.objectContaining({ do: 'collect', token: 'one', key: 'key-one' }));
    const next = created(waiting().says('expired'), 'two').says('waiting').says('approved');
    expect(next.effects).toContainEqual(expect.objectContaining({ do: 'collect', token: 'two', key: 'key-two' }));
  });

  test('an approval without a scan before it counts as well', () => {
    expect(waiting().says('approved').did).toEqual(['collect one']);
  });

  test('a decline is said, and one button starts anew', () => {
    const page = waiting().scannedBy('Ada').says('denied');
    expect(page.screen).toBe('declined');
    expect(page.did).toEqual(['forget', 'close']);
    expect(page.hear({ is: 'again' }).did).toEqual(['forget', 'create']);
    expect(page.screen).toBe('starting');
  });

  test.each(['declined', 'wrong-number', 'reported'] as const)('a sign-in that was denied says why: %s', (reason) => {
    const page = waiting().scannedBy('Ada', '07').hear({ is: 'frame', frame: { type: 'denied', reason } });
    expect([page.screen, page.model.denied, page.model.number]).toEqual(['declined', reason, '']);
  });

  test('who is greeted by a wrong name can cancel', () => {
    const page = waiting().scannedBy('Mallory').hear({ is: 'again' });
    expect(page.did).toEqual(['cancel one', 'close', 'forget', 'create']);
    expect(created(page, 'two').did).toEqual(['open socket']);
    expect(page.hear({ is: 'opened' }).did).toEqual(['watch two']);
  });
});

describe('The codes of a login', () => {
  const shown = (page: Page): number => stepOf(page.model.login as Login, page.now);

  test('follow each other by the page’s own clock, and nothing is sent for it', () => {
    const page = waiting();
    for (let at = 0; at < 20; at += 1) {
      expect([page.screen, shown(page)]).toEqual(['waiting', at]);
      expect(wakeAt(page.model, page.now)).toBe(page.now + stepMs);
      expect(page.pass(stepMs).did).toEqual([]);
    }
  });

  test('begin where the server was when it answered', () => {
    const page = start().hear({ is: 'created', login: { ...made('one'), elapsedMs: 3_000 }, key: 'k' }).answers();
    expect(shown(page)).toBe(0);
    expect(wakeAt(page.model, page.now)).toBe(page.now + 7_000);
    expect(shown(page.pass(7_000))).toBe(1);
    expect(stepOf(page.model.login as Login, page.now + 1e9), 'no step means something else').toBe(0xff8);
  });

  test('are not shown before the server says that it waits, nor when it does not', () => {
    const page = created(start(), 'one').hear({ is: 'opened' }).says('hello');
    expect(page.screen).toBe('starting');
    expect(waiting().closes(1006).pass(graceMs).screen).toBe('offline');
  });

  test('end with it: then another login takes its place, on the same socket', () => {
    const page = waiting();
    page.model = { ...page.model, stopAt: page.now + 2 * ttlMs };
    expect(page.pass(ttlMs - 1).screen).toBe('waiting');
    expect(page.pass(1).did).toEqual(['forget', 'create']);
    expect(page.screen).toBe('starting');
    expect(created(page, 'two').did).toEqual(['watch two']);
    expect(page.says('waiting').screen).toBe('waiting');
  });

  test('and that the server calls expired give way to new ones', () => {
    expect(waiting().says('expired').did).toEqual(['forget', 'create']);
  });

  test.each([
    ['calls expired again and again', (page: Page) => page.says('expired')],
    ['closes again and again', (page: Page) => page.closes(4100)],
  ])('that the server %s give way ever more slowly', (_, end) => {
    const page = waiting();
    expect(end(page).did).toEqual(['forget', 'create']);
    for (let tries = 1; tries < 7; tries += 1) {
      created(page, `login ${tries}`).answers();
      expect([page.screen, ...end(page).did], `try ${tries}`).toEqual(['waiting', 'forget']);
      expect(page.screen).toBe('starting');
      expect(page.closes(1006).did).not.toContain('create');
      expect(page.pass(backoffMs(tries, 0.5) - 1).did).not.toContain('create');
      expect(page.pass(1).did).toEqual(['create']);
    }
  });

  test('that lasted give way at once, whatever became of those before', () => {
    const page = created(waiting().says('expired'), 'two').answers().says('expired').pass(backoffMs(1, 0.5));
    expect(created(page, 'three').answers().pass(steadyMs).says('expired').did).toEqual(['forget', 'create']);
  });

  test('stop for an empty chair after five minutes, and the page is no longer there for the server', () => {
    const page = waiting().pass(stopAfterMs - 1);
    expect(page.screen).toBe('waiting');
    expect(page.pass(1).did).toEqual(['cancel one', 'forget', 'close']);
    expect([page.screen, page.model.link]).toEqual(['expired', 'down']);
    expect(wakeAt(page.model, page.now)).toBeNull();
    for (const is of ['seen', 'online'] as const) expect(page.hear({ is }).did).toEqual([]);
    expect(page.hear({ is: 'again' }).did).toEqual(['forget', 'create']);
    expect(created(page, 'two').answers().screen).toBe('waiting');
  });

  test('a scanned login outlives the five minutes, not its own end', () => {
    const page = waiting().scannedBy('Ada').pass(stopAfterMs + 1);
    expect(page.screen).toBe('scanned');
    expect(page.pass(600_000).screen).toBe('expired');
  });
});

describe('A clock that leapt: the machine slept, or somebody set it ahead', () => {
  const leap = (page: Page, ms: number): Page => {
    page.now += ms;
    return page.hear({ is: 'leapt' });
  };

  test('shows no code that may be the wrong one, and makes another login if nobody has scanned', () => {
    const page = leap(waiting(), 60_000);
    expect([page.screen, ...page.did]).toEqual(['starting', 'open socket']);
    expect(page.answers().did).toEqual(['forget', 'create']);
    expect(created(page, 'two').did).toEqual(['watch two']);
    expect(page.says('waiting').screen).toBe('waiting');
  });

  test.each([60_000, stopAfterMs + 1, ttlMs + 1])('loses no scan and no approval (%i ms)', (ms) => {
    const scanned = leap(waiting(), ms).hear({ is: 'tick' }).hear({ is: 'opened' }).says('hello').scannedBy('Ada');
    expect(scanned.screen).toBe('scanned');
    const approved = leap(waiting(), ms).hear({ is: 'tick' }).hear({ is: 'opened' }).says('hello').says('approved');
    expect(approved.did).toEqual(['collect one']);
  });

  test('asks an empty chair only after the server has said that nobody scanned', () => {
    const page = leap(waiting(), stopAfterMs + 1);
    expect(page.hear({ is: 'tick' }).screen).toBe('starting');
    expect(page.answers().screen).toBe('expired');
    expect(page.did).toEqual(['cancel one', 'forget', 'close']);
  });

  test('does not wait for ever for a server that is away', () => {
    const page = leap(waiting().closes(1006), stopAfterMs + 1);
    for (let tries = 0; page.screen !== 'expired' && tries < 100; tries += 1) page.closes(1006).pass(20_000);
    expect(page.screen).toBe('expired');
  });

  test('looks at a scanned login anew', () => {
    expect(leap(waiting().scannedBy('Ada'), 60_000).did).toEqual(['open socket']);
  });
});

describe('A lost connection', () => {
  test('comes back with the same token after a growing, random while', () => {
    const page = waiting().closes(1006);
    expect(page.did).toEqual(['close']);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['open socket']);
    page.closes(1006);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual([]);
    expect(page.pass(backoffMs(1, 0.5) - backoffMs(0, 0.5)).did).toEqual(['open socket']);
    expect(page.hear({ is: 'opened' }).did).toEqual(['watch one']);
    expect(page.says('waiting').screen).toBe('waiting');
  });

  test('that is cut again and again right after its first word is made ever more slowly', () => {
    const page = waiting();
    for (let tries = 0; tries < 4; tries += 1) {
      page.closes(1006);
      expect(page.pass(backoffMs(tries, 0.5) - 1).did, `try ${tries}`).toEqual([]);
      expect(page.pass(1).did).toEqual(['open socket']);
      page.answers();
    }
  });

  test('that had lasted is made again as soon as ever', () => {
    const flaky = (): Page => {
      const page = waiting();
      for (let tries = 0; tries < 4; tries += 1) page.closes(1006).pass(backoffMs(tries, 0.5)).answers();
      return page;
    };
    const soon = (page: Page): string[] => page.closes(1006).pass(backoffMs(0, 0.5)).did;
    expect(soon(flaky().pass(steadyMs - 1))).toEqual([]);
    expect(soon(flaky().pass(steadyMs))).toEqual(['open socket']);
  });

  test('that had lasted does not hurry what fails for another reason', () => {
    const page = waiting().pass(steadyMs).says('expired');
    for (let tries = 0; tries < 4; tries += 1) {
      uncreated(page, 503);
      expect(page.pass(backoffMs(tries, 0.5) - 1).did, `try ${tries}`).toEqual([]);
      expect(page.pass(1).did).toEqual(['create']);
    }
  });

  test('is said only when it lasts', () => {
    const page = waiting().closes(1006);
    expect(page.screen).toBe('waiting');
    expect(page.pass(graceMs).screen).toBe('offline');
  });

  test('loses no approval', () => {
    const page = waiting().closes(1006).pass(backoffMs(0, 0.5)).hear({ is: 'opened' });
    expect(page.says('approved').did).toEqual(['collect one']);
  });

  test('is noticed in a server that says nothing', () => {
    const page = created(start(), 'one').hear({ is: 'opened' });
    expect(page.pass(greetMs).did).toContain('close');
    expect(page.screen).toBe('starting');
    expect(page.pass(graceMs).screen).toBe('offline');
  });

  test('is tried again at once when the network is back', () => {
    const page = waiting().hear({ is: 'offline' });
    expect(page.did).toEqual(['close']);
    expect(page.hear({ is: 'online' }).did).toEqual(['open socket']);
  });

  test('for a drain lasts as long as the server says, and a little more', () => {
    const page = waiting().hear({ is: 'frame', frame: { type: 'reconnect', afterMs: 400 } });
    expect(page.did).toEqual(['close']);
    expect(page.pass(400).did).toEqual([]);
    expect(page.pass(500).did).toEqual(['open socket']);
  });

  test('while the login ended makes a new one after the resume', () => {
    const page = waiting().closes(1006).pass(backoffMs(0, 0.5));
    page.model = { ...page.model, stopAt: page.now + 2 * ttlMs };
    page.now += ttlMs;
    page.hear({ is: 'opened' }).says('waiting');
    expect(page.did).toEqual(['forget', 'create']);
    expect(page.screen).toBe('starting');
  });

  test('of the login that was given up says nothing of the next one', () => {
    // The clock leapt: the page asks how things stand, gives the login up and asks for another.
    const page = waiting().hear({ is: 'leapt' }).hear({ is: 'opened' }).says('hello').says('waiting');
    expect(page.did).toEqual(['forget', 'create']);
    page.scannedBy('Ada').says('approved');
    expect(page.screen).toBe('starting');
    created(page, 'two');
    expect(page.did).toContain('watch two');
  });

  test('before the first code is retried too', () => {
    const page = uncreated(start(), 0);
    expect(page.pass(graceMs).did).toEqual(['create']);
  });

  test('while collecting is retried, and the login kept', () => {
    const page = uncollected(waiting().says('approved'), 503);
    expect(page.screen).toBe('approved');
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['collect one']);
  });

  test('is said also after the scan and after the approval, once it lasts', () => {
    const scanned = waiting().scannedBy('Ada').closes(1006);
    expect([scanned.lost, scanned.screen]).toEqual([false, 'scanned']);
    expect([scanned.pass(graceMs).lost, scanned.screen]).toEqual([true, 'scanned']);
    expect(scanned.hear({ is: 'opened' }).scannedBy('Ada').lost).toBe(false);

    const approved = uncollected(waiting().says('approved'), 0);
    expect(approved.lost).toBe(false);
    expect([approved.pass(graceMs).lost, approved.screen]).toEqual([true, 'approved']);
  });

  test('that does not come back ends when nothing can be collected any more', () => {
    const page = uncollected(waiting().says('approved'), 0);
    const end = (page.model.login as Login).endsAt + lateMs;
    while (page.now + 20_000 < end) uncollected(page.pass(20_000), 0);
    expect(page.screen).toBe('approved');
    expect(page.pass(20_000).did).toContain('forget');
    expect(page.screen).toBe('expired');
    expect(uncollected(page.hear({ is: 'again' }), 0).did).toEqual(['create']);
  });

  test('around the end of a scanned login leaves the time in which a late approval is collected', () => {
    const page = waiting().scannedBy('Ada').pass(500_000).closes(1006);
    page.now = (page.model.login as Login).endsAt + 1;
    expect(page.hear({ is: 'tick' }).screen).toBe('scanned');
    expect(page.hear({ is: 'opened' }).says('approved').did).toEqual(['collect one']);
  });

  test('while collecting is tried again when the server asks for it, not before', () => {
    const page = waiting().says('approved').hear({ is: 'collect-failed', status: 429, problem: '', retryAfterMs: 7_000 });
    expect(page.pass(7_000).did).toEqual([]);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['collect one']);
  });

  test('while collecting changes nothing about that', () => {
    const page = waiting().says('approved').hear({ is: 'collect-failed', status: 429, problem: '', retryAfterMs: 7_000 });
    expect(page.hear({ is: 'offline' }).hear({ is: 'online' }).did).toEqual([]);
    expect(page.pass(7_000).did).toEqual([]);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['collect one']);
  });
});

describe('A connection that only seems to be there', () => {
  const asked = (page: Page): string[] => page.did.filter((did) => did.startsWith('watch'));

  test.each(['seen', 'online'] as const)('is tried when somebody looks or the network came back (%s)', (is) => {
    for (const page of [waiting(), waiting().scannedBy('Ada')]) {
      expect(asked(page.hear({ is }))).toEqual(['watch one']);
      expect(asked(page.hear({ is }))).toEqual([]);
      expect(page.pass(answerMs).did).toContain('close');
      expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['open socket']);
    }
  });

  test('is tried at each heartbeat while the phone decides, at none while nobody has scanned', () => {
    const still = waiting().hear({ is: 'frame', frame: { type: 'hello', heartbeatMs: 20_000 } });
    expect(still.pass(110_000).did).toEqual([]);

    const page = waiting().hear({ is: 'frame', frame: { type: 'hello', heartbeatMs: 20_000 } }).scannedBy('Ada');
    expect(page.pass(19_999).did).toEqual([]);
    expect(page.pass(1).did).toEqual(['watch one']);
    expect(page.scannedBy('Ada').pass(20_000).did).toEqual(['watch one']);
    expect(page.pass(answerMs).did).toContain('close');
  });

  test('is tried now and then when the server names no heartbeat', () => {
    expect(waiting().scannedBy('Ada').pass(askEveryMs).did).toEqual(['watch one']);
  });

  test('is not tried once all is said', () => {
    expect(waiting().says('denied').hear({ is: 'seen' }).did).toEqual([]);
    expect(waiting().says('approved').hear({ is: 'seen' }).did).toEqual([]);
  });
});
