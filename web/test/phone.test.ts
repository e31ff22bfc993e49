import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keepHandle, keptHandle, readServed, startOf } from '../src/phone/handle';
import { readNumber } from '../src/phone/number';
import { statementOf } from '../src/phone/statement';
import { faultOfUndo, screenOfDecision, screenOfScan } from '../src/phone/screens';
import { readTyped, readUserCode } from '../src/shared/user-code';
import { readReason, readScan, readSessionsEnded } from '../src/shared/wire';

const code = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCD';
const problems = [
  'code-unknown', 'code-expired', 'already-scanned', 'not-on-screen', 'already-decided', 'login-expired', 'not-yours',
  'wrong-number', 'refused-by-policy',
];

describe('What the phone page was served with', () => {
  const served = (values: Record<string, string>) => readServed((name) => values[name] ?? null);

  test('is a handle or a problem', () => {
    expect(served({ 'latchkey-handle': 'aB3_-', 'latchkey-problem': '' })).toEqual({ handle: 'aB3_-', problem: '' });
    expect(served({ 'latchkey-handle': '', 'latchkey-problem': 'code-expired' })).toEqual({ handle: '', problem: 'code-expired' });
  });

  test('counts as nothing where a server filled nothing in', () => {
    expect(served({})).toEqual({ handle: '', problem: '' });
    const template = { 'latchkey-handle': '@@latchkey-handle@@', 'latchkey-problem': '@@latchkey-problem@@' };
    expect(served(template)).toEqual({ handle: '', problem: '' });
  });

  test('has its places in the page, once each', () => {
    const head = readFileSync('pages/parts/phone-head.html', 'utf8');
    for (const word of ['handle', 'problem']) {
      expect(head.split(`@@latchkey-${word}@@`)).toHaveLength(2);
      expect(head).toContain(`<meta name="latchkey-${word}" content="@@latchkey-${word}@@">`);
    }
  });
});

describe('A scan starts', () => {
  const nothing = { handle: '', problem: '' };

  test('with the page’s handle, before the one that was kept', () => {
    expect(startOf(code, { handle: 'new', problem: '' }, 'old')).toEqual({ body: { handle: 'new' } });
  });

  test('with the kept handle, although the code has run out meanwhile', () => {
    expect(startOf(code, { handle: '', problem: 'code-expired' }, 'old')).toEqual({ body: { handle: 'old' } });
  });

  test('with the problem, when that is all there is', () => {
    expect(startOf(code, { handle: '', problem: 'code-expired' }, '')).toEqual({ problem: 'code-expired' });
  });

  test('with the short code that was typed', () => {
    expect(startOf('WDJBMJHT', nothing, '')).toEqual({ body: { user_code: 'WDJB-MJHT' } });
    expect(startOf('WDJB-MJHT', nothing, '')).toEqual({ body: { user_code: 'WDJB-MJHT' } });
  });

  test('with the code itself, where no handle was made of it', () => {
    expect(startOf(code, nothing, '')).toEqual({ body: { code } });
  });
});

describe('The kept handle', () => {
  const memory = () => {
    const map = new Map<string, string>();
    const storage = { getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => void map.set(key, value) };
    return () => storage;
  };

  test('is of one code alone', () => {
    const storage = memory();
    keepHandle(storage, code, 'h1');
    expect(keptHandle(storage, code)).toBe('h1');
    expect(keptHandle(storage, 'OTHER')).toBe('');
    keepHandle(storage, 'OTHER', 'h2');
    expect(keptHandle(storage, code)).toBe('');
  });

  test('is none where storage is forbidden', () => {
    const forbidden = () => { throw new Error('forbidden'); };
    expect(() => keepHandle(forbidden, code, 'h')).not.toThrow();
    expect(keptHandle(forbidden, code)).toBe('');
  });
});

describe('Typed short codes', () => {
  test.each(['WDJB-MJHT', 'wdjb-mjht', 'WDJBMJHT', ' wdjb mjht ', 'W-D-J-B-M-J-H-T', 'WDJB\u2011MJHT'])('%j is read', (typed) => {
    expect(readUserCode(typed)).toBe('WDJB-MJHT');
    expect(readTyped(typed)).toBe('WDJB-MJHT');
  });

  test.each(['', 'WDJB-MJH', 'WDJB-MJHTB', 'ADJB-MJHT', 'WDJB-MJH1', 'YDJB-MJHT'])('%j is none', (typed) => {
    expect(readUserCode(typed)).toBeNull();
    expect(readTyped(typed)).toBeNull();
  });

  test.each([code, code.toLowerCase(), `https://us.example/s/${code}`, `HTTPS://US.EXAMPLE/S/${code}?x=/1#/2`])('a whole code still will do: %s', (typed) => {
    expect(readTyped(typed)).toBe(code);
  });

  test('a link with a short code will, too', () => {
    expect(readTyped('https://us.example/s/wdjb-mjht?x=1')).toBe('WDJB-MJHT');
  });
});

describe('The number on the screen', () => {
  test.each([['07', '07'], [' 42 ', '42'], ['４２', '42']])('%j is %s', (typed, number) => expect(readNumber(typed)).toBe(number));

  test.each(['', '7', '123', 'ab', '4 2', '-1', '1.'])('%j is none, and is not sent', (typed) => expect(readNumber(typed)).toBeNull());
});

describe('The confirm sheet', () => {
  const scan = { id: 's', client: { name: 'Wiki' }, account: { id: 'a', name: 'Ada' } };

  test('says what the server says', () => {
    const said = { ...scan, network: 'same', known_browser: true, confirm: 'number' };
    expect(readScan(said)).toMatchObject({ network: 'same', knownBrowser: true, confirm: 'number' });
    expect(readScan({ ...scan, network: 'different', confirm: 'tap' })).toMatchObject({ network: 'different', confirm: 'tap' });
  });

  test('trusts nothing that is not said', () => {
    expect(readScan(scan)).toMatchObject({ network: 'unknown', knownBrowser: false });
    expect(readScan({ ...scan, network: 'near', known_browser: 1 })).toMatchObject({ network: 'unknown', knownBrowser: false });
  });

  test('hears what was ended, and why not', () => {
    expect(readSessionsEnded({ sessions_ended: 2 })).toBe(2);
    expect(readSessionsEnded({})).toBe(0);
    expect(readReason({ reason: 'unknown-browser' })).toBe('unknown-browser');
    expect(readReason(null)).toBe('');
  });
});

describe('Every refusal has its own screen', () => {
  test.each([
    [401, 'not-signed-in', 'signin'], [404, 'code-unknown', 'code-unknown'], [403, 'refused-by-policy', 'refused-by-policy'], [410, 'code-expired', 'code-expired'],
    [409, 'already-scanned', 'already-scanned'], [409, 'not-on-screen', 'not-on-screen'], [429, 'too-many-requests', 'busy'],
    [0, 'unreachable', 'unreachable'], [503, '', 'failed'], [400, '', 'code-unknown'],
  ])('scan: %i %s shows %s', (status, problem, screen) => expect(screenOfScan({ status, problem })).toBe(screen));

  test.each([
    [401, 'not-signed-in', 'signin'], [403, 'not-yours', 'not-yours'], [404, 'login-unknown', 'login-expired'],
    [409, 'already-decided', 'already-decided'], [409, 'wrong-number', 'wrong-number'], [410, 'login-expired', 'login-expired'], [0, 'unreachable', 'unsure'], [500, '', 'failed'],
  ])('decision: %i %s shows %s', (status, problem, screen) => expect(screenOfDecision({ status, problem })).toBe(screen));

  test.each([[0, 'unreachable'], [401, 'gone'], [404, 'gone'], [409, 'gone'], [410, 'gone'], [429, 'too-many-requests'], [503, 'other']])(
    'an approval that is not undone: %i names %s',
    (status, fault) => expect(faultOfUndo({ status, problem: '' })).toBe(fault),
  );

  test('has a place in the page', () => {
    const page = readFileSync('pages/phone.html', 'utf8');
    const screens = [401, 403, 404, 409, 410, 422, 429, 500, 0].flatMap((status) =>
      [...problems, ''].flatMap((problem) => [screenOfScan({ status, problem }), screenOfDecision({ status, problem })]),
    );
    for (const screen of new Set(screens)) expect(page).toContain(`data-screen="${screen}"`);
    const faults = readFileSync('pages/parts/phone-undo-faults.html', 'utf8');
    for (const status of [0, 404, 429, 500]) expect(faults).toContain(`data-fault="${faultOfUndo({ status, problem: '' })}"`);
  });
});

describe('What a passkey signs', () => {
  const { facts, text, sha256 } = JSON.parse(readFileSync(new URL('../../tests/vectors/approval.json', import.meta.url), 'utf8')) as {
    facts: Record<'login' | 'nonce' | 'client' | 'client_name' | 'browser' | 'system' | 'address' | 'number' | 'account' | 'account_name' | 'server', string> & {
      scanned_at: number;
    };
    text: string;
    sha256: string;
  };
  const shown = readScan({
    id: facts.login,
    client: { id: facts.client, name: facts.client_name },
    browser: facts.browser,
    system: facts.system,
    address: facts.address,
    confirm: 'passkey-and-number',
    account: { id: facts.account, name: facts.account_name },
    sign: { rp_id: facts.server, nonce: facts.nonce, scanned_at: facts.scanned_at, passkeys: [{ id: 'cGhvbmU', transports: ['internal', 7] }, {}] },
  });

  test('is the text that the server makes of what it has stored', () => {
    expect(shown && statementOf(shown, facts.number, facts.server)).toBe(text);
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  });

  test('comes with the passkeys that may sign it', () => {
    expect(shown?.sign?.passkeys).toEqual([{ id: 'cGhvbmU', transports: ['internal'] }]);
    expect(shown?.confirm).toBe('passkey-and-number');
  });
});
