import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { newClassicLogin } from './harness/calls.js';
import { desktop, launch, newPage, sessionOf } from './harness/chromium.js';
import { password, Server } from './harness/latchkey.js';
import { signedInAtHome } from './harness/scan-flow.js';
import { Page } from './harness/socket.js';

/** Pages of other sites can neither open the socket, nor post, nor frame; in raw requests and in Chromium. */

let server;
let ada;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada'] });
  browser = server.stranger();
  ada = await server.phone('Ada');
});
after(async () => {
  browser?.close();
  ada?.close();
  await server?.stop();
});

function foreignOrigins() {
  const { host, hostname, port } = new URL(server.origin);
  return [
    'https://evil.example',
    `https://${host}`,
    `http://${hostname}`,
    `http://${hostname}:${Number(port) + 1}`,
    `http://${host}.evil.example`,
    `http://evil.example/${host}`,
    'null',
    '',
  ];
}

test('every change is refused to other origins, and nothing has changed then', async () => {
  const { token, code } = await newClassicLogin(browser);
  const changes = [
    ['POST', '/allow/', { form: { code } }],
    ['POST', '/v1/scans', { json: { code } }],
    ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/approve', { json: {} }],
    ['POST', '/v1/scans/AAAAAAAAAAAAAAAA/deny', { json: {} }],
    ['POST', '/qrcode/', {}],
    ['POST', '/v1/logins', {}],
    ['POST', '/v1/logins/current/collect', {}],
    ['DELETE', '/v1/logins/current', {}],
    ['POST', '/v1/session', { json: { name: 'Ada', password } }],
    ['DELETE', '/v1/session', {}],
    ['DELETE', '/v1/me/sessions/AAAAAAAAAAAAAAAAAAAAAA', {}],
    ['POST', '/v1/join', { json: { token: 'a', name: 'Eve', password } }],
    ['POST', '/dashboard.html', {}],
  ];
  for (const origin of foreignOrigins()) {
    for (const [method, path, body] of changes) {
      const answer = await ada.ask(method, path, { ...body, headers: { Origin: origin } });
      assert.equal(answer.status, 403, `${method} ${path} from ${origin}: ${answer.status} ${answer.text}`);
      assert.deepEqual(answer.cookies, [], path);
    }
  }
  for (const [method, path, body] of changes) {
    const answer = await ada.ask(method, path, { ...body, headers: { 'Sec-Fetch-Site': 'cross-site' } });
    assert.equal(answer.status, 403, `${method} ${path} with Sec-Fetch-Site`);
    const sandboxed = { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' };
    assert.equal((await ada.ask(method, path, { ...body, headers: sandboxed })).status, 403, `${method} ${path} from a sandbox`);
  }
  assert.equal((await browser.get(`/qrcode/?token=${token}`)).text, '{"status":false,"msg":"waiting"}');
  assert.equal((await ada.get('/v1/session')).status, 200);
  const own = await ada.post('/allow/', { form: { code }, headers: { Origin: server.origin } });
  assert.equal(own.text, '{"msg":"succeed","status":0}');
});

test('the socket is refused to other origins, before there is one', async () => {
  for (const origin of foreignOrigins()) {
    for (const protocol of [undefined, 'latchkey.v1']) {
      await assert.rejects(Page.open(server.origin, { protocol, headers: { Origin: origin } }), { status: 403 }, origin);
    }
  }
  const own = await Page.open(server.origin, { headers: { Origin: server.origin } });
  own.drop();
});

test('an origin that the operator allows may do both', async (t) => {
  const allowing = await Server.start({ t, users: ['Ada'], env: { LATCHKEY_ALLOWED_ORIGINS: 'https://app.example' } });
  const page = await Page.open(allowing.origin, { headers: { Origin: 'https://app.example' } });
  page.drop();
  const asker = allowing.stranger({ headers: { Origin: 'https://app.example' } });
  assert.equal((await asker.post('/qrcode/')).status, 200);
  asker.close();
  await allowing.stop();
});

/** A site that means harm: every page does what the test puts into it. */
async function evilSite() {
  const site = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(site.body);
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { site, origin: `http://localhost:${site.address().port}` };
}

test('in Chromium, another site of a person who is signed in here gets nothing', async (t) => {
  const chromium = await launch(t);
  const { site, origin } = await evilSite();
  t.after(() => {
    site.close();
    site.closeAllConnections();
  });
  const page = await newPage(chromium, desktop);
  await signedInAtHome(page, server.origin, 'Ada');
  const { token, code } = await newClassicLogin(browser);

  // A form that posts by itself, as a whole page.
  site.body = `<form method="post" action="${server.origin}/allow/"><input name="code" value="${code}"></form>`;
  await page.goto(origin);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/allow/')),
    page.evaluate(() => document.forms[0].submit()),
  ]);
  assert.equal(answer.status(), 403);
  await page.waitForURL(`${server.origin}/allow/`);

  // A form that posts JSON in disguise, a fetch with cookies, a socket, a frame.
  await page.goto(origin);
  const tries = await page.evaluate(
    async ([target, secret, wanted]) => {
      const outcome = {};
      const told = (promise) => promise.then((response) => response.type, () => 'refused');
      const body = new URLSearchParams({ code: wanted });
      outcome.fetch = await told(fetch(`${target}/allow/`, { method: 'POST', mode: 'no-cors', credentials: 'include', body }));
      outcome.read = await told(fetch(`${target}/v1/session`, { credentials: 'include' }));
      outcome.socket = await new Promise((resolve) => {
        const socket = new WebSocket(`${target.replace('http', 'ws')}/ws/`);
        socket.onopen = () => socket.send(JSON.stringify({ token: secret }));
        socket.onmessage = () => resolve('told');
        socket.onclose = () => resolve('refused');
      });
      return outcome;
    },
    [server.origin, token, code],
  );
  assert.equal(tries.read, 'refused', 'no other site reads an answer');
  assert.equal(tries.socket, 'refused');
  assert.equal((await browser.get(`/qrcode/?token=${token}`)).text, '{"status":false,"msg":"waiting"}');

  site.body = `<iframe src="${server.origin}/s/${code}"></iframe><iframe src="${server.origin}/dashboard"></iframe>`;
  await page.goto(origin);
  const frames = page.frames().slice(1);
  assert.equal(frames.length, 2, 'both frames are there');
  for (const frame of frames) {
    assert.ok(!(await frame.content()).includes('data-page'), `${frame.url()} is not shown in a frame`);
  }

  await page.goto(`${server.origin}/home`);
  assert.equal((await sessionOf(page)).status, 200, 'the session is untouched');
  await page.context().close();
});
