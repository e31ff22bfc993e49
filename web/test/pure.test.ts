import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/login/backoff';
import { cameOf } from '../src/login/came';
import { steadyClock } from '../src/login/clock';
import { shareLeft } from '../src/login/countdown';
import { keyBytes, keyOf } from '../src/shared/key';
import { quietZone, rowsPath } from '../src/login/qr';
import { age, avatar, initials, shortName } from '../src/shared/age';
import { codeOfPath, grouped, readCode } from '../src/shared/code';
import { ownPath, socketAddress, target } from '../src/shared/paths';
import { nameFits, passwordFault } from '../src/shared/rules';
import { readClose, readFrame, readNewLogin, readProblem, readScan, readSession, readSessions } from '../src/shared/wire';

const code = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCD';

describe('Paths', () => {
  test.each(['/', '/home', '/s/ABC', '/a?b=c#d', '/a/../b', '/%2f%2fevil.example'])('%s is our own', (path) => {
    expect(ownPath(path, '/home').startsWith('/')).toBe(true);
    expect(new URL(ownPath(path, '/home'), 'https://us.example').host).toBe('us.example');
  });

  test.each([
    null, '', 'home', '//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example', '\\\\evil.example',
    'https://evil.example/', 'javascript:alert(1)', ' /home', '/a\\b', '/.//evil.example', '/..//evil.example',
  ])('%j is not', (path) => {
    expect(ownPath(path, '/home')).toBe('/home');
  });

  test('a redirect leads to the web or nowhere', () => {
    expect(target('/dashboard', 'https://us.example/')).toBe('https://us.example/dashboard');
    expect(target('https://app.example/cb', 'https://us.example/')).toBe('https://app.example/cb');
    expect(target('javascript:alert(1)', 'https://us.example/')).toBeNull();
    expect(target('data:text/html,x', 'https://us.example/')).toBeNull();
  });

  test('the socket is as safe as the page', () => {
    expect(socketAddress('/ws/', 'https://us.example/')).toBe('wss://us.example/ws/');
    expect(socketAddress('/ws/', 'http://127.0.0.1:80/x')).toBe('ws://127.0.0.1/ws/');
  });
});

describe('Typed codes', () => {
  test.each([code, code.toLowerCase(), grouped(code), ` ${code.replace(/(.{6})/g, '$1-')} `, `https://us.example/s/${code}?x=1`])(
    '%s is read',
    (typed) => expect(readCode(typed)).toBe(code),
  );

  test.each(['', 'ABC', code.slice(1), `${code}A`, code.replace('A', '1'), code.replace('A', 'Ä')])('%s is none', (typed) => {
    expect(readCode(typed)).toBeNull();
  });

  test('stand at the end of the phone page’s path', () => {
    expect(codeOfPath(`/s/${code.toLowerCase()}`)).toBe(code);
  });

  test('are shown in groups of four', () => {
    expect(grouped('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
  });
});

describe('How long ago', () => {
  test.each([
    [0, 'just now'], [9_999, 'just now'], [10_000, '10 seconds ago'], [119_999, '1 minute ago'],
    [3 * 3_600_000, '3 hours ago'], [50 * 3_600_000, '2 days ago'], [Number.NaN, 'just now'],
  ])('%d ms is %s', (ms, words) => expect(age(ms, 'en', 'just now')).toBe(words));

  test('in Chinese', () => expect(age(120_000, 'zh-CN', '刚刚')).toBe('2分钟前'));

  // tests/identity/shown_as_test.cpp has the same examples.
  test.each([['Ada Lovelace', 'AL'], ['ada', 'A'], ['李雷', '李'], ['', '?'], ['  Jean  Luc Picard ', 'JP'],
    ['王\u3000小明', '王小'], ['élodie du Pré', 'éP'], ['😀 b', '😀B'], ['a\u00a0b', 'AB'],
  ])('%j has the initials %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
    expect(avatar(letters), 'which stand as they are where the server sends them for the name').toBe(letters);
  });

  test.each([['Ada Lovelace', 'AL'], ['Ada', 'A'], ['Bo', 'B'], ['李小雷', '李'], ['李雷', '李雷'], ['李', '李']])(
    'whoever is called %j has %s in the circle', (name, letters) => expect(avatar(name)).toBe(letters),
  );
});

test('A name in a greeting is cut where it is long, by letters', () => {
  expect(shortName('Ada Lovelace')).toBe('Ada Lovelace');
  expect(shortName('Wolfeschlegelsteinhausenbergerdorff')).toBe('Wolfeschlegelsteinh…');
  expect(shortName('😀'.repeat(21))).toBe(`${'😀'.repeat(19)}…`);
});

describe('Names and passwords', () => {
  test('a name is 1 to 64 characters after trimming, none of them control characters', () => {
    expect(nameFits(' Ada ')).toBe(true);
    expect(nameFits('😀'.repeat(64))).toBe(true);
    expect(nameFits('a'.repeat(65))).toBe(false);
    expect(nameFits('   ')).toBe(false);
    expect(nameFits('A\u0007da')).toBe(false);
  });

  test('a password has at least 8 characters and at most 1024 bytes', () => {
    expect(passwordFault('1234567')).toBe('short');
    expect(passwordFault('12345678')).toBeNull();
    expect(passwordFault('密'.repeat(342))).toBe('long');
  });
});

describe('Waiting', () => {
  test('grows, is spread over all of itself, and ends at 20 seconds', () => {
    expect(backoffMs(0, 0)).toBe(0);
    expect(backoffMs(0, 0.999)).toBe(999);
    expect(backoffMs(3, 0.5)).toBe(4000);
    expect(backoffMs(60, 0.999)).toBeLessThanOrEqual(20_000);
    expect(backoffMs(5_000, 0.5)).toBe(10_000);
  });

  test('the ring shows the share of life that is left', () => {
    expect(shareLeft(1100, 100, 1050)).toBe(0.5);
    expect(shareLeft(1100, 100, 1200)).toBe(0);
    expect(shareLeft(1100, 100, 900)).toBe(1);
    expect(shareLeft(1100, 0, 900)).toBe(0);
  });
});

describe('The drawn code', () => {
  test('has a quiet zone of four modules and one run per subpath', () => {
    const dark = ['##', ' #'];
    expect(rowsPath(2, (x, y) => dark[y]?.[x] === '#')).toBe('M4 4h2v1h-2zM5 5h1v1h-1z');
    expect(quietZone).toBe(4);
  });
});

describe('The page’s clock', () => {
  const clockOf = (steady: number, wall: number) => {
    const times = { steady, wall, leaps: 0 };
    const clock = steadyClock(() => times.steady, () => times.wall, () => (times.leaps += 1));
    return { times, clock };
  };

  test('goes with the steady one, whoever sets the clock on the wall back', () => {
    const { times, clock } = clockOf(50, 1_000_000);
    expect(clock()).toBe(50);
    Object.assign(times, { steady: 150, wall: 1_000_100 });
    expect(clock()).toBe(150);
    Object.assign(times, { steady: 250, wall: 5 });
    expect(clock()).toBe(250);
    Object.assign(times, { steady: 350, wall: 500 });
    expect(clock(), 'a little ahead is no sleep').toBe(350);
    expect(times.leaps).toBe(0);
  });

  test('counts what the machine slept, and says once that it leapt', () => {
    const { times, clock } = clockOf(0, 0);
    Object.assign(times, { steady: 10, wall: 600_010 });
    expect(clock()).toBe(600_010);
    expect(times.leaps).toBe(1);
    Object.assign(times, { steady: 20, wall: 600_020 });
    expect(clock()).toBe(600_020);
    expect(times.leaps).toBe(1);
  });
});

describe('A collected login', () => {
  test('is tried with a key of base64url that no header can misread', () => {
    expect(keyOf(new Uint8Array(keyBytes).fill(0xfb))).toBe('-_v7-_v7-_v7-_v7-_v7-w');
    expect(keyOf(new Uint8Array(keyBytes))).toMatch(/^[\w-]{22}$/);
  });

  test('is known by a session that a scan made since', () => {
    const session = { account: { id: 'a', name: 'Ada' }, kind: 'scan', createdMsAgo: 100, approvedFrom: null, shownAs: 'name', isAdmin: false } as const;
    expect(cameOf(session, 100)).toBe(true);
    expect(cameOf(session, 99)).toBe(false);
    expect(cameOf({ ...session, kind: 'password' }, 100)).toBe(false);
    expect(cameOf(null, 100)).toBe(false);
  });
});

describe('The wire', () => {
  test('frames that are known are read, all else is ignored', () => {
    expect(readFrame('{"type":"hello","seq":0,"v":1,"heartbeat_ms":30000}')).toEqual({ type: 'hello', heartbeatMs: 30_000 });
    expect(readFrame('{"type":"waiting","seq":1}')).toEqual({ type: 'waiting', userCode: '' });
    expect(readFrame('{"type":"waiting","user_code":"WDJB-MJHT"}')).toEqual({ type: 'waiting', userCode: 'WDJB-MJHT' });
    expect(readFrame('{"type":"user_code","seq":2,"code":"WDJB-MJHT"}')).toEqual({ type: 'user_code', code: 'WDJB-MJHT' });
    expect(readFrame('{"type":"scanned","seq":2,"name":"Ada"}')).toEqual({ type: 'scanned', name: 'Ada', number: '' });
    expect(readFrame('{"type":"reconnect","seq":3,"after_ms":5}')).toEqual({ type: 'reconnect', afterMs: 5 });
    for (const odd of ['{"type":"user_code"}', '', 'null', '[]', '{"type":1}', '{"type":"later"}', '{', new ArrayBuffer(1)]) {
      expect(readFrame(odd)).toBeNull();
    }
  });

  test('a number is two digits, a reason one that has words', () => {
    const scanned = (number: unknown) => readFrame(JSON.stringify({ type: 'scanned', name: '', number }));
    expect(scanned('07')).toEqual({ type: 'scanned', name: '', number: '07' });
    for (const odd of [7, '7', '007', 'ab', null]) expect(scanned(odd)).toMatchObject({ number: '' });
    const denied = (reason: unknown) => readFrame(JSON.stringify({ type: 'denied', reason }));
    for (const reason of ['declined', 'wrong-number', 'reported']) expect(denied(reason)).toEqual({ type: 'denied', reason });
    for (const odd of ['later', undefined, 3]) expect(denied(odd)).toEqual({ type: 'denied', reason: 'declined' });
  });

  test('the last event of a stream says how it closed', () => {
    expect(readClose('{"code":4100,"reason":"expired"}')).toBe(4100);
    for (const odd of ['', '{}', '[]', '{"code":"4100"}']) expect(readClose(odd)).toBe(1006);
  });

  test('a new login is whole or none', () => {
    const rotation = { login: 'ZVPxAKGyw9Tl9gcY', key: 'AAECAwQFBgcICQoLDA0ODw', field: 4096, step_ms: 10_000, elapsed_ms: 0 };
    const paths = { socket: '/ws/', events: '/v1/logins/current/events', poll: '/v1/logins/current' };
    const whole = { token: 't', rotation, link_prefix: '/s/', ttl_ms: 600_000, ...paths };
    expect(readNewLogin({ ...whole, client: { name: 'Wiki' } })).toEqual({
      token: 't',
      rotation: { login: rotation.login, key: rotation.key, field: 4096 },
      stepMs: 10_000,
      elapsedMs: 0,
      linkPrefix: '/s/',
      ttlMs: 600_000,
      paths,
      client: 'Wiki',
    });
    expect(readNewLogin(whole)?.client).toBe('');
    for (const key of Object.keys(whole)) expect(readNewLogin({ ...whole, [key]: undefined })).toBeNull();
    for (const key of Object.keys(rotation)) expect(readNewLogin({ ...whole, rotation: { ...rotation, [key]: undefined } })).toBeNull();
    for (const odd of [{ key: 'short' }, { login: '!'.repeat(16) }, { field: 0x10000 }, { field: 0.5 }, { step_ms: 0 }]) {
      expect(readNewLogin({ ...whole, rotation: { ...rotation, ...odd } })).toBeNull();
    }
  });

  test('a scan says who asks', () => {
    const scan = readScan({ id: 's', client: { name: 'Wiki' }, network: 'same', age_ms: 4, account: { id: 'a', name: 'Ada' } });
    expect(scan).toMatchObject({ id: 's', client: 'Wiki', network: 'same', ageMs: 4, browser: '', account: { name: 'Ada' } });
    expect(readScan({})).toBeNull();
  });

  test('sessions', () => {
    const session = { account: { id: 'a', name: 'Ada' }, session: { kind: 'scan', created_ms_ago: 1, approved_from: null } };
    expect(readSession(session)).toMatchObject({ kind: 'scan', approvedFrom: null });
    expect(readSession(session)?.shownAs).toBe('name');
    expect(readSession({ ...session, account: { ...session.account, shown_as: 'initials' } })?.shownAs).toBe('initials');
    expect(readSession({ account: session.account })).toBeNull();
    expect(readSessions({ sessions: [{ id: 'x', kind: 'new', current: true }, 5, {}] })).toMatchObject([{ id: 'x', kind: 'password', current: true }]);
    expect(readSessions(null)).toBeNull();
  });

  test('a problem is known by the last word of its type', () => {
    expect(readProblem({ type: 'https://latchkey.dev/problems/code-expired' })).toBe('code-expired');
    expect(readProblem(undefined)).toBe('');
  });
});
