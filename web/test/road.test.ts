import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/login/backoff';
import { askEveryMs, beatsMissedMax, greetMs } from '../src/login/machine';
import { backAfterMs, backSoonMs } from '../src/login/road';
import { created, made, start, waiting, waitingBy, type Page } from './login-page';

/** Which way the page hears of its login: WebSocket, event stream, long poll, and back. */

const hello = (page: Page): Page => page.hear({ is: 'opened' }).says('hello');

describe('Where WebSockets are blocked', () => {
  test('two that fail to open are enough: the page takes an event stream, at once', () => {
    const page = created(start(), 'one').closes(1006);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['open socket']);
    expect(page.closes(1006).did).toEqual(['close', 'open events']);
    expect(page.effects[1]).toEqual({ do: 'open', way: 'events', path: '/v1/logins/current/events', token: 'one', userCode: false });
    expect(page.answers().screen).toBe('waiting');
  });

  test('one that hangs while it opens is enough', () => {
    expect(created(start(), 'one').pass(greetMs).did).toEqual(['close', 'open events']);
  });

  test('one that opens and greets not is enough', () => {
    const page = created(start(), 'one').hear({ is: 'opened' });
    expect(page.pass(greetMs).did).toEqual(['close', 'open events']);
  });

  test.each([1006, 1015, 1001])('one that ends before its greeting counts as not opened (%i)', (code) => {
    const page = created(start(), 'one').hear({ is: 'opened' }).closes(code).pass(backoffMs(0, 0.5)).hear({ is: 'opened' });
    expect(page.closes(code).did).toEqual(['close', 'open events']);
  });

  test('a stream that fails, or is held back by a proxy, gives way to a long poll', () => {
    const failed = created(start(), 'one').pass(greetMs).closes(1006);
    expect(failed.did).toEqual(['close', 'open poll']);
    expect(failed.effects[1]).toMatchObject({ path: '/v1/logins/current', token: 'one' });
    const held = created(start(), 'one').pass(greetMs).hear({ is: 'opened' });
    expect(held.pass(greetMs).did).toEqual(['close', 'open poll']);
    expect(held.hear({ is: 'opened' }).says('waiting').screen).toBe('waiting');
  });

  test('the last way failing as well means a server that is away: all is tried anew, ever more slowly', () => {
    const page = created(start(), 'one').pass(greetMs).closes(1006).closes(1006);
    expect(page.did).toEqual(['close']);
    expect(page.pass(20_000).did[0]).toBe('open socket');
    expect(page.model.attempt).toBeGreaterThan(0);
  });
});

describe('On another way', () => {
  test.each(['events', 'poll'] as const)('all goes on as on a WebSocket (%s)', (way) => {
    expect(waitingBy(way).scannedBy('Ada', '07').model.number).toBe('07');
    expect(waitingBy(way).scannedBy('Ada').says('approved').did).toEqual(['collect one']);
    expect(waitingBy(way).scannedBy('Ada').says('denied').screen).toBe('declined');
    expect(waitingBy(way).closes(4100).did).toEqual(['forget', 'create']);
    expect(waitingBy(way).closes(4101).did).toEqual(['collect one']);
    expect(waitingBy(way).closes(4003).model.reason).toBe('origin');
  });

  test.each(['events', 'poll'] as const)('a drain is obeyed, and what worked is tried again as it was (%s)', (way) => {
    const page = waitingBy(way).hear({ is: 'frame', frame: { type: 'reconnect', afterMs: 400 } });
    expect(page.did).toEqual(['close']);
    expect(page.pass(400).did).toEqual([]);
    expect(page.pass(500).did).toEqual([`open ${way}`]);
    expect(waitingBy(way).closes(1006).pass(backoffMs(0, 0.5)).did).toEqual([`open ${way}`]);
  });

  test.each(['events', 'poll'] as const)('a next login needs a connection of its own (%s)', (way) => {
    const page = created(waitingBy(way).says('expired'), 'two');
    expect(page.effects).toMatchObject([{ do: 'open', way, token: 'two' }]);
  });

  test('how long to wait is heard from a server that is overloaded', () => {
    const page = waitingBy('poll').hear({ is: 'closed', code: 4201, afterMs: 7_000 });
    expect(page.pass(7_000).did).toEqual([]);
    expect(page.pass(backoffMs(0, 0.5)).did).toEqual(['open poll']);
  });

  test('a stream without heartbeats is gone, one with them is not', () => {
    const page = waitingBy('events').hear({ is: 'frame', frame: { type: 'hello', heartbeatMs: 20_000 } }).hear({ is: 'beat' });
    for (let beats = 0; beats < 4; beats += 1) expect(page.pass(20_000).hear({ is: 'beat' }).did).toEqual([]);
    expect(page.pass(beatsMissedMax * 20_000).did).toEqual([]);
    expect(page.pass(10_000).did).toContain('close');
  });

  test('somebody who looks at the page sees how things are now', () => {
    for (const way of ['events', 'poll'] as const) {
      expect(waitingBy(way).hear({ is: 'seen' }).did).toEqual([`open ${way}`]);
      expect(waitingBy(way).scannedBy('Ada').pass(askEveryMs).did).toEqual([]);
    }
  });
});

describe('The way back', () => {
  test('is looked for on the side after some minutes, and taken when there is one', () => {
    const page = waitingBy('events');
    let did: string[] = [];
    for (let ms = 0; ms < backAfterMs; ms += 10_000) did = [...did, ...page.hear({ is: 'beat' }).pass(10_000).did];
    expect(did).toEqual(['probe']);
    expect(page.screen).toBe('waiting');
    expect(page.hear({ is: 'probed', works: true }).did).toEqual(['open socket']);
    expect(hello(page).did).toEqual([]);
    expect(page.says('waiting').screen).toBe('waiting');
  });

  test('is looked for again later when there was none', () => {
    const page = waitingBy('poll').pass(backAfterMs);
    expect(page.did).toEqual(['probe']);
    expect(page.hear({ is: 'probed', works: false }).did).toEqual([]);
    expect(page.pass(backAfterMs - 1).did.filter((did) => did === 'probe')).toEqual([]);
  });

  test('is looked for soon when a WebSocket had worked here', () => {
    const page = waiting().closes(1006).pass(backoffMs(0, 0.5)).closes(1006).pass(backoffMs(1, 0.5)).closes(1006);
    expect(page.did).toEqual(['close', 'open events']);
    expect(page.answers().pass(backSoonMs).did).toEqual(['probe']);
  });

  test('is looked for at once with a new login', () => {
    const page = created(waitingBy('poll').says('denied').hear({ is: 'again' }), 'two');
    expect(page.did).toEqual(['open poll']);
    expect(page.answers().pass(0).did).toEqual(['probe']);
  });

  test('is tried first on another network', () => {
    const page = waitingBy('poll').hear({ is: 'offline' });
    expect(page.hear({ is: 'online' }).did).toEqual(['open socket']);
  });
});

describe('A code to type instead', () => {
  const wants = (page: Page): Page => page.hear({ is: 'typing', open: true });

  test('is asked for on the WebSocket, and kept', () => {
    const page = wants(waiting());
    expect(page.did).toEqual(['ask-user-code']);
    page.hear({ is: 'frame', frame: { type: 'user_code', code: 'WDJB-MJHT' } });
    expect(page.model.userCode).toBe('WDJB-MJHT');
    expect(page.hear({ is: 'typing', open: false }).hear({ is: 'typing', open: true }).did).toEqual([]);
  });

  test('is asked for by the other ways as they are opened anew', () => {
    for (const way of ['events', 'poll'] as const) {
      expect(wants(waitingBy(way)).effects).toMatchObject([{ do: 'open', way, userCode: true }]);
    }
    const page = wants(waitingBy('poll')).hear({ is: 'opened' });
    expect(page.hear({ is: 'frame', frame: { type: 'waiting', userCode: 'WDJB-MJHT' } }).model.userCode).toBe('WDJB-MJHT');
    expect(page.says('waiting').model.userCode).toBe('WDJB-MJHT');
  });

  test('is asked for again after a reconnect and for a new login, while it is wanted', () => {
    const page = wants(waiting()).hear({ is: 'frame', frame: { type: 'user_code', code: 'WDJB-MJHT' } });
    page.closes(1006).pass(backoffMs(0, 0.5)).hear({ is: 'opened' });
    expect(page.effects).toEqual([{ do: 'watch', token: 'one', userCode: true }]);
    const next = page.says('hello').says('expired').hear({ is: 'created', login: made('two'), key: 'k' });
    expect(next.effects).toEqual([{ do: 'watch', token: 'two', userCode: true }]);
    expect(next.model.userCode).toBe('');
    next.hear({ is: 'typing', open: false }).closes(1006).pass(backoffMs(0, 0.5)).hear({ is: 'opened' });
    expect(next.effects).toEqual([{ do: 'watch', token: 'two', userCode: false }]);
  });
});
