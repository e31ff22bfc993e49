import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allow, collect, newClassicLogin, newLogin, scan } from './harness/calls.js';
import { password, Server } from './harness/latchkey.js';
import { Page } from './harness/socket.js';

/** What answers carry: the fields and headers they should, no secret where none may be, nothing to whom it does not belong. */

let server;
let stranger;
let ada;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Grace'], env: { LATCHKEY_LOG_LEVEL: 'debug' } });
  stranger = server.stranger();
  ada = await server.phone('Ada');
});
after(async () => {
  stranger?.close();
  ada?.close();
  await server?.stop();
});

const problem = ['type', 'title', 'status', 'detail'];
const rotation = ['login', 'key', 'field', 'step_ms', 'elapsed_ms'].map((name) => `rotation.${name}`);
/** Everything that somebody without a session may be told, by call. */
const allowed = [
  ['POST', '/v1/logins', ['token', ...rotation, 'link_prefix', 'ttl_ms', 'socket', 'events', 'poll', 'client.name']],
  ['POST', '/qrcode/', ['token', 'code']],
  ['GET', '/qrcode/?token=a', ['status', 'msg']],
  ['POST', '/allow/', ['msg', 'status']],
  ['POST', '/v1/scans', problem],
  ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/approve', problem],
  ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/deny', problem],
  ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/report', problem],
  ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/end', problem],
  ['GET', '/v1/logins/current', problem],
  ['GET', '/v1/logins/current/events', problem],
  ['POST', '/v1/logins/current/collect', problem],
  ['DELETE', '/v1/logins/current', problem],
  ['POST', '/v1/approvals', problem],
  ['POST', '/v1/tickets/redeem', problem],
  ['GET', '/v1/session', problem],
  ['POST', '/v1/session', problem],
  ['GET', '/v1/me/sessions', problem],
  ['DELETE', '/v1/me/sessions/AAAAAAAAAAAAAAAAAAAAAA', problem],
  ['POST', '/v1/me/sessions/end', problem],
  ['POST', '/v1/join', problem],
  ['GET', '/v1/admin/glance', problem],
  ['GET', '/v1/admin/accounts', problem],
  ['POST', '/v1/admin/accounts/AAAAAAAAAAAAAAAAAAAAAA', problem],
  ['GET', '/v1/admin/clients', problem],
  ['POST', '/v1/admin/clients/shop', problem],
  ['GET', '/v1/admin/events', problem],
  ['POST', '/dashboard.html', problem],
  ['GET', '/v1/nothing', problem],
];

/** The members of an answer, those inside of others as `a.b`. */
function membersOf(value, within = '') {
  return Object.entries(value).flatMap(([name, member]) => {
    const nested = typeof member === 'object' && member !== null;
    return nested ? membersOf(member, `${within}${name}.`) : [within + name];
  });
}

for (const [method, path, fields] of allowed) {
  test(`${method} ${path.split('?')[0]} tells a stranger only what is on the list`, async () => {
    const asker = server.stranger();
    for (const body of [{}, { json: {} }, { json: { code: 'A'.repeat(36), name: 'Ada', password: 'wrong password' } }]) {
      const answer = await asker.ask(method, path, method === 'GET' ? {} : { ...body, headers: { Accept: 'application/json' } });
      assert.ok(answer.json, `JSON, not ${answer.text.slice(0, 80)}`);
      assert.deepEqual(membersOf(answer.json).filter((name) => !fields.includes(name)), []);
      assert.doesNotMatch(answer.text, /boost|std::|sqlite|exception|\.cpp|\/src\/|errno/i);
      assert.ok(!answer.headers.server || !/\d/.test(answer.headers.server), 'no version of the server');
    }
    asker.close();
  });
}

test('an unknown name and a wrong password get the same answer', async () => {
  const answers = [];
  for (const name of ['Ada', 'Nobody']) {
    const { status, text } = await stranger.post('/v1/session', { json: { name, password: 'not this one' } });
    answers.push([status, text]);
  }
  assert.deepEqual(answers[0], answers[1]);
});

test('a page is told the name of who scanned, and nothing else of the account', async () => {
  const { token, code } = await newLogin(stranger);
  const page = await Page.watch(server.origin, token);
  const { json } = await scan(ada, code);
  assert.deepEqual(Object.keys(await page.next()), ['type', 'seq', 'name']);
  const device = ['browser', 'system', 'address', 'network', 'known_browser', 'age_ms'];
  assert.deepEqual(membersOf(json), ['id', 'client.id', 'client.name', ...device, 'confirm', 'sign', 'account.id', 'account.name', 'ttl_ms']);
  assert.ok(!JSON.stringify(json).includes(token));
  page.drop();
});

test('the phone is shown the address, the browser and the network of the screen by its word to the proxy', async (t) => {
  const behind = await Server.start({ t, users: ['Ada'], args: ['--trusted-proxies', '127.0.0.0/8'] });
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
  const headers = { 'X-Forwarded-For': '198.51.100.66, 203.0.113.7', 'User-Agent': agent };
  const browser = behind.stranger({ headers });
  const { token, code } = await newLogin(browser);
  const page = await Page.watch(behind.origin, token, { headers });
  for (const [address, network] of [['203.0.113.7', 'same'], ['198.51.100.9', 'different']]) {
    const phone = await behind.phone('Ada', { headers: { 'X-Forwarded-For': address } });
    const { status, json } = await scan(phone, code);
    assert.ok([200, 201].includes(status));
    const { browser: name, system, address: shown } = json;
    assert.deepEqual([name, system, shown, json.network], ['Chrome', 'Windows', '203.0.113.7', network]);
    phone.close();
  }
  page.drop();
  browser.close();
  await behind.stop();
});

test('what a browser claims of its address without a trusted proxy is not believed', async () => {
  const headers = { 'X-Forwarded-For': '203.0.113.7', Forwarded: 'for=203.0.113.7', 'X-Real-IP': '203.0.113.7' };
  const { token, code } = await newLogin(stranger);
  const page = await Page.watch(server.origin, token, { headers });
  const { json } = await scan(ada, code);
  assert.equal(json.address, '127.0.0.1');
  page.drop();
});

test('GET changes nothing: 405 with Allow, or 404', async () => {
  const changing = [
    '/v1/logins',
    '/allow/',
    '/v1/scans',
    '/v1/scans/AAAAAAAAAAAAAAAA/approve',
    '/v1/scans/AAAAAAAAAAAAAAAA/deny',
    '/v1/scans/AAAAAAAAAAAAAAAA/report',
    '/v1/scans/AAAAAAAAAAAAAAAA/end',
    '/v1/logins/current/collect',
    '/v1/approvals',
    '/v1/tickets/redeem',
    '/v1/me/sessions/AAAAAAAAAAAAAAAAAAAAAA',
    '/v1/join/look',
  ];
  for (const path of changing) {
    const answer = await ada.get(path);
    assert.equal(answer.status, 405, path);
    assert.match(answer.headers.allow ?? '', /POST|DELETE/, path);
  }
});

const pages = ['/', `/s/${'A'.repeat(36)}`, '/signin', '/join', '/dashboard', '/dashboard.html', '/nothing/here'];

test('every page forbids frames, other sources, sniffing and paths in referrers', async () => {
  for (const path of [...pages, '/home']) {
    const answer = await (path === '/home' ? ada : stranger).get(path, { headers: { Accept: 'text/html' } });
    assert.match(answer.headers['content-type'], /^text\/html; ?charset=utf-8$/i, path);
    const policy = Object.fromEntries(
      answer.headers['content-security-policy'].split(';').map((part) => {
        const [name, ...values] = part.trim().split(/\s+/);
        return [name, values.join(' ')];
      }),
    );
    assert.equal(policy['default-src'], "'none'", path);
    assert.equal(policy['script-src'], "'self'", path);
    assert.equal(policy['style-src'], "'self'", path);
    assert.equal(policy['frame-ancestors'], "'none'", path);
    assert.equal(policy['base-uri'], "'none'", path);
    assert.equal(policy['form-action'], "'self'", path);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
    assert.equal(answer.headers['referrer-policy'], 'strict-origin', path);
    assert.match(answer.headers.vary ?? '', /Accept-Language/i, path);
    assert.match(answer.headers.vary ?? '', /Cookie/i, path);
    assert.doesNotMatch(answer.text, /(?:src|href|action)="(?:https?:)?\/\//, `${path} asks nobody else`);
    assert.doesNotMatch(answer.text, /<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=/i, `${path} has no inline script or style`);
  }
});

test('pages for nobody in particular answer 200, those for a person 401, unknown ones 404', async () => {
  const statuses = {};
  for (const path of pages) statuses[path] = (await stranger.get(path)).status;
  assert.deepEqual(statuses, {
    '/': 200,
    [`/s/${'A'.repeat(36)}`]: 200,
    '/signin': 200,
    '/join': 200,
    '/dashboard': 401,
    '/dashboard.html': 401,
    '/nothing/here': 404,
  });
  const home = await stranger.get('/home');
  assert.deepEqual([home.status, home.headers.location], [303, '/signin?next=/home']);
  const admin = await stranger.get('/admin');
  assert.deepEqual([admin.status, admin.headers.location], [303, '/signin?next=/admin']);
});

test('the link of a code changes nothing, however often it is opened', async () => {
  const { token, code } = await newLogin(stranger);
  const page = await Page.watch(server.origin, token);
  for (let preview = 0; preview < 3; preview += 1) {
    assert.equal((await stranger.get(`/s/${code}`)).status, 200);
    assert.equal((await ada.get(`/s/${code}`)).status, 200);
  }
  assert.equal((await scan(ada, code)).status, 201);
  assert.equal((await page.next()).type, 'scanned');
  page.drop();
});

test('answers with a secret are not stored by anybody', async () => {
  const { token, code } = await newClassicLogin(stranger);
  await allow(ada, code);
  const answers = {
    'POST /qrcode/': await stranger.post('/qrcode/'),
    'POST /v1/logins': await stranger.post('/v1/logins'),
    'POST /v1/session': await server.stranger().post('/v1/session', { json: { name: 'Ada', password } }),
    'GET /v1/session': await ada.get('/v1/session'),
    'GET /v1/me/sessions': await ada.get('/v1/me/sessions'),
    'POST collect': await collect(stranger, token),
  };
  for (const [call, answer] of Object.entries(answers)) {
    assert.ok(answer.status < 300, call);
    assert.equal(answer.headers['cache-control'], 'no-store', call);
  }
  stranger.jar.cookies.delete('latchkey_session');
});

test('a session is another secret each time, and one that was ended is worth nothing', async () => {
  const phone = await server.phone('Grace');
  const first = phone.jar.value('latchkey_session');
  const again = await server.phone('Grace');
  assert.notEqual(again.jar.value('latchkey_session'), first);
  assert.equal((await again.delete('/v1/session')).status, 204);
  const thief = server.stranger({ headers: { Cookie: `latchkey_session=${again.jar.value('latchkey_session') ?? ''}` } });
  assert.equal((await thief.get('/v1/session')).status, 401);
  assert.equal((await phone.get('/v1/session')).status, 200);
  for (const asker of [phone, again, thief]) asker.close();
});

test('nobody ends the session of another account', async () => {
  const grace = await server.phone('Grace');
  const { json } = await ada.get('/v1/me/sessions');
  const mine = json.sessions.find(({ current }) => current);
  const answer = await grace.delete(`/v1/me/sessions/${mine.id}`);
  assert.equal(answer.status, 404);
  assert.equal((await ada.get('/v1/session')).status, 200);
  grace.close();
});

test('an account that is disabled is signed out at once', async () => {
  const { command } = await import('./harness/latchkey.js');
  const grace = await server.phone('Grace');
  assert.equal((await command(['user', 'disable', 'Grace', '--data', server.data])).code, 0);
  assert.equal((await grace.get('/v1/session')).status, 401);
  const { token, code } = await newClassicLogin(stranger);
  assert.equal((await allow(grace, code)).status, 401);
  assert.equal((await stranger.get(`/qrcode/?token=${token}`)).text, '{"status":false,"msg":"waiting"}');
  const signIn = await stranger.post('/v1/session', { json: { name: 'Grace', password } });
  assert.deepEqual([signIn.status, signIn.problem], [401, 'wrong-credentials']);
  grace.close();
});

test('neither the metrics nor the health say a secret, and strangers do not get them', async () => {
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    const outside = await stranger.get(path);
    assert.equal(outside.status, 404, `${path} is not served to people`);
  }
  const operator = server.stranger();
  operator.origin = new URL(await server.operatorOrigin());
  const { status, text } = await operator.get('/metrics');
  assert.equal(status, 200);
  assert.match(text, /^# (HELP|TYPE) latchkey_/m);
  assert.deepEqual(server.secrets.foundIn(text), []);
  assert.equal((await operator.get('/healthz')).status, 200);
  assert.equal((await operator.get('/readyz')).status, 200);
  operator.close();
});
