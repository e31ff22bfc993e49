import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newClassicLogin, newLogin, scan } from './harness/calls.js';
import { makeCertificate } from './harness/certificate.js';
import { closePage, launch } from './harness/chromium.js';
import { Asker } from './harness/http.js';
import { Server } from './harness/latchkey.js';
import { Nginx } from './harness/nginx.js';
import { approvedAndSignedIn, scanned, sheetFacts, toConfirmSheet } from './harness/scan-flow.js';
import { Page } from './harness/socket.js';

/** The main job behind Debian's nginx with deploy/nginx.conf as it stands, but for its names, ports and files. */

/** From here nginx asks Latchkey, so that its address differs from those of the people behind it. */
const proxyAddress = '127.0.0.77';
const site = readFileSync(fileURLToPath(new URL('../../deploy/nginx.conf', import.meta.url)), 'utf8');
let server;
let nginx;
let browser;
let origin;
let plainPort;

function replaced(text, from, to) {
  assert.match(text, from, 'deploy/nginx.conf has what this test puts its own values for');
  return text.replaceAll(from, to);
}

before(async () => {
  const prefix = Nginx.prefix();
  const { cert, key } = makeCertificate(prefix);
  server = await Server.start({ users: ['Ada'], args: ['--trusted-proxies', proxyAddress] });
  nginx = await Nginx.start(prefix, (port, plain) => {
    let http = site;
    http = replaced(http, /server 127\.0\.0\.1:8080;/g, `server 127.0.0.1:${server.port};`);
    http = replaced(http, /listen \[::\]:\d+[^;]*;/g, '');
    http = replaced(http, /listen 443 /g, `listen 127.0.0.1:${port} `);
    http = replaced(http, /listen 80;/g, `listen 127.0.0.1:${plain};`);
    http = replaced(http, /server_name [^;]+;/g, 'server_name localhost;');
    http = replaced(http, /ssl_certificate  *[^;]+;/g, `ssl_certificate ${cert};`);
    http = replaced(http, /ssl_certificate_key [^;]+;/g, `ssl_certificate_key ${key};`);
    http = replaced(http, /\/var\/log\/nginx\//g, `${prefix}/`);
    return `proxy_bind ${proxyAddress};\n${http}`;
  });
  const [port, plain] = nginx.ports;
  origin = `https://127.0.0.1:${port}`;
  plainPort = plain;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  if (nginx) {
    const log = readFileSync(join(nginx.prefix, 'latchkey.access.log'), 'utf8');
    assert.match(log, /"GET \/ws\/" 101/, 'nginx logged the socket');
    assert.deepEqual(server.secrets.foundIn(log + nginx.log), [], 'no secret is in the log of nginx');
    await nginx.stop();
  }
  await server?.stop();
});

test('signing in by scanning works behind nginx, and the phone sees the browser, not the proxy', async () => {
  const both = await scanned(browser, origin);
  const sheet = await toConfirmSheet(both.phone, 'Ada');
  const facts = await sheetFacts(sheet);
  assert.equal(facts.address, '127.0.0.1');
  assert.equal(facts.network, 'same network as this phone');
  await approvedAndSignedIn(both, origin, 'Ada');

  const names = (await both.computer.context().cookies()).map(({ name }) => name);
  assert.ok(names.includes('__Host-latchkey_session'), `the scheme was passed on: ${names}`);
  await closePage(both.computer);
  await closePage(both.phone);
});

test('an address that a stranger puts into the forwarded headers is thrown away by nginx', async () => {
  const headers = { 'X-Forwarded-For': '203.0.113.7', Forwarded: 'for=203.0.113.7', 'X-Forwarded-Proto': 'http' };
  const screen = new Asker(origin, { headers, localAddress: '127.0.0.5', secrets: server.secrets });
  const phone = new Asker(origin, { secrets: server.secrets });
  await phone.post('/v1/session', { json: { name: 'Ada', password: 'correct horse battery staple' } });
  const { token, code } = await newLogin(screen);
  const page = await Page.watch(origin, token, { headers, localAddress: '127.0.0.5' });
  const { status, json } = await scan(phone, code);
  assert.equal(status, 201);
  assert.deepEqual([json.address, json.network], ['127.0.0.5', 'different']);
  page.drop();
  for (const asker of [screen, phone]) asker.close();
});

test('the classic wire works behind nginx, and the token of its poll is in no log', async () => {
  const screen = new Asker(origin, { secrets: server.secrets });
  const { token } = await newClassicLogin(screen);
  const page = await Page.classic(origin, token);
  assert.deepEqual(page.first, { status: false, msg: 'succeed' });
  assert.equal((await screen.get(`/qrcode/?token=${token}`)).text, '{"status":false,"msg":"waiting"}');
  page.drop();
  screen.close();
});

test('plain http leads to https', async () => {
  const asker = new Asker(`http://127.0.0.1:${plainPort}`);
  const answer = await asker.get('/signin', { headers: { Host: 'login.example.org' } });
  assert.deepEqual([answer.status, answer.headers.location], [301, 'https://login.example.org/signin']);
  asker.close();
});
