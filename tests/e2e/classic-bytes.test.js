import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allow, becomesSignedIn, newClassicLogin } from './harness/calls.js';
import { sealedCode } from './harness/sealing.js';
import { Server } from './harness/latchkey.js';
import { Page } from './harness/socket.js';

/** The four calls of the original, byte for byte. */

let server;
let browser;
let phone;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Grace'] });
  browser = server.stranger();
  phone = await server.phone('Ada');
});
after(async () => {
  browser?.close();
  phone?.close();
  await server?.stop();
});

async function poll(token) {
  const { status, text } = await browser.get(`/qrcode/?token=${encodeURIComponent(token)}`);
  return [status, text];
}

async function allowed(code, by = phone) {
  const { status, text } = await allow(by, code);
  return [status, text];
}

test('POST /qrcode/ gives a token and a code, in this order and without spaces', async () => {
  const fresh = server.stranger();
  const answer = await fresh.post('/qrcode/');
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^\{"token":"[\w-]{54}","code":"[A-Z2-7]{36}"\}$/);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.headers['cache-control'], 'no-store');

  const [browserCookie, loginCookie] = answer.cookies;
  assert.equal(browserCookie.name, 'latchkey_browser');
  assert.deepEqual(browserCookie.attributes, {
    path: '/',
    httponly: '',
    samesite: 'Lax',
    'max-age': String(400 * 86_400),
  });
  assert.equal(loginCookie.name, 'latchkey_login');
  assert.deepEqual(loginCookie.attributes, {
    path: '/dashboard.html',
    httponly: '',
    samesite: 'Strict',
    'max-age': '600',
  });
  const again = await fresh.post('/qrcode/');
  assert.deepEqual(again.cookies.map(({ name }) => name), ['latchkey_login'], 'a browser keeps the cookie it has');
  fresh.close();
});

test('GET /qrcode/ polls: waiting, then succeed', async () => {
  const { token, code } = await newClassicLogin(browser);
  assert.deepEqual(await poll(token), [200, '{"status":false,"msg":"waiting"}']);
  assert.deepEqual(await allowed(code), [200, '{"msg":"succeed","status":0}']);
  assert.deepEqual(await poll(token), [200, '{"status":true,"msg":"succeed"}']);
});

test('GET /qrcode/ refuses what is no token', async () => {
  const { token } = await newClassicLogin(browser);
  for (const bad of ['', 'nonsense', token.slice(1), `${token}A`, '\u0000', '💥']) {
    assert.deepEqual(await poll(bad), [400, '{"status":false,"msg":"token invalid"}'], JSON.stringify(bad));
  }
  const none = await browser.get('/qrcode/');
  assert.deepEqual([none.status, none.text], [400, '{"status":false,"msg":"token invalid"}']);
});

test('the socket says connected, then that it waits, then that it succeeded', async () => {
  const { token, code } = await newClassicLogin(browser);
  const page = await Page.open(server.origin);
  assert.equal(await page.nextText(), '{"status":false,"msg":"connected"}');
  page.say({ token });
  assert.equal(await page.nextText(), '{"status":false,"msg":"succeed"}');
  assert.deepEqual(await allowed(code), [200, '{"msg":"succeed","status":0}']);
  assert.equal(await page.nextText(), '{"status":true,"msg":"succeed"}');
  page.drop();
});

test('the socket says at once that it succeeded when the phone was first', async () => {
  const { token, code } = await newClassicLogin(browser);
  await allowed(code);
  const page = await Page.open(server.origin);
  assert.equal(await page.nextText(), '{"status":false,"msg":"connected"}');
  page.say({ token });
  assert.equal(await page.nextText(), '{"status":true,"msg":"succeed"}');
  page.drop();
});

test('the socket refuses a wrong token, and closes with 4001', async () => {
  const page = await Page.open(server.origin);
  await page.nextText();
  page.say({ token: 'nonsense' });
  assert.equal(await page.nextText(), '{"status":"-1","msg":"token invalid"}');
  assert.equal(await page.closeCode(), 4001);
});

test('the socket refuses any other message, and closes with 4000', async () => {
  for (const message of ['', 'hello', '[]', '{}', '{"token":5}', '{"token":null}', '{"token":["a"]}', '"token"', '{"token":"a"']) {
    const page = await Page.open(server.origin);
    await page.nextText();
    page.say(message);
    assert.equal(await page.nextText(), '{"status":"-1","msg":"message invalid"}', message);
    assert.equal(await page.closeCode(), 4000, message);
  }
});

test('POST /allow/ tells a used code from one that never was', async () => {
  const { code } = await newClassicLogin(browser);
  assert.deepEqual(await allowed(code), [200, '{"msg":"succeed","status":0}']);
  assert.deepEqual(await allowed(code), [400, '{"msg":"expired","status":-1}']);
  const grace = await server.phone('Grace');
  assert.deepEqual(await allowed(code, grace), [400, '{"msg":"expired","status":-1}']);
  grace.close();
  for (const bad of ['', 'nonsense', code.slice(1), 'A'.repeat(36)]) {
    assert.deepEqual(await allowed(bad), [400, '{"msg":"code not existed","status":-400}'], bad);
  }
});

test('POST /allow/ refuses a code older than two minutes', async () => {
  const old = sealedCode(server.data, { ageSeconds: 121 });
  assert.deepEqual(await allowed(old), [400, '{"msg":"expired","status":-1}']);
  const young = sealedCode(server.data, { ageSeconds: 60 });
  assert.deepEqual(await allowed(young), [200, '{"msg":"succeed","status":0}']);
});

test('POST /allow/ reads a code in any case', async () => {
  const { code } = await newClassicLogin(browser);
  assert.deepEqual(await allowed(code.toLowerCase()), [200, '{"msg":"succeed","status":0}']);
});

test('POST /allow/ wants somebody signed in', async () => {
  const { token, code } = await newClassicLogin(browser);
  const stranger = server.stranger();
  assert.deepEqual(await allowed(code, stranger), [401, '{"msg":"not signed in","status":-401}']);
  assert.deepEqual(await poll(token), [200, '{"status":false,"msg":"waiting"}']);
  stranger.close();
});

test('what the classic wire approved can be collected once, by the newer call', async () => {
  const { token, code } = await newClassicLogin(browser);
  await allowed(code);
  await becomesSignedIn(browser, token, 'Ada');
  assert.deepEqual(await poll(token), [400, '{"status":false,"msg":"token invalid"}'], 'a used token says nothing more');
  browser.jar.cookies.delete('latchkey_session');
});

test('with classic = false none of the four is served', async (t) => {
  const plain = await Server.start({ t, users: ['Ada'], env: { LATCHKEY_CLASSIC: 'false' } });
  const stranger = plain.stranger();
  assert.equal((await stranger.post('/qrcode/')).status, 404);
  assert.equal((await stranger.get('/qrcode/?token=a')).status, 404);
  assert.equal((await stranger.post('/allow/', { form: { code: 'a' } })).status, 404);
  await assert.rejects(Page.open(plain.origin), { status: 400 });
  stranger.close();
  await plain.stop();
});
