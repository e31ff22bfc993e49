import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { newLogin, opened, scan } from './harness/calls.js';
import { answer, arrives, closePage, desktop, launch, linkOnScreen, mobile, newPage, screen, signInOn } from './harness/chromium.js';
import { rowsOf } from './harness/data.js';
import { password, Server } from './harness/latchkey.js';
import { phonePath, served } from './harness/phone-states.js';
import { eventually } from './harness/patience.js';
import { partsOf } from './harness/qr.js';
import { opensCode, scanned, toConfirmSheet } from './harness/scan-flow.js';
import * as seal from './harness/sealing.js';
import { Page } from './harness/socket.js';

/** Codes that move: the page makes each by itself, and the server takes none but the present ones. */

const stepS = 10;
let server;
let browser;
let ada;

before(async () => {
  server = await Server.start({ users: ['Ada', 'Grace'] });
  browser = await launch();
  ada = await server.phone('Ada');
});
after(async () => {
  ada?.close();
  await browser?.close();
  await server?.stop();
});

/** A login that was made `ageS` ago and that a page shows: sealed with the server's own key, so that nobody has to wait. */
async function agedLogin(t, ageS) {
  const [key] = seal.readRing(server.data);
  const login = seal.loginMadeAt(Math.floor(Date.now() / 1000) - ageS);
  const page = await Page.watch(server.origin, seal.sealToken(key, login, 0, randomBytes(16)));
  t.after(() => page.drop());
  assert.equal(page.first.type, 'waiting');
  const stepNow = () => Math.floor((Date.now() / 1000 - login.readUInt32BE(0)) / stepS);
  return { key, login, page, stepNow, code: (step) => seal.sealCode(key, login, step) };
}

async function refusalOf(promise) {
  const { status, problem } = await promise;
  return [status, problem];
}

test('over a minute of codes, not one frame and not one request leaves the page or comes to it', async () => {
  const page = await newPage(browser, desktop);
  const traffic = [];
  page.on('websocket', (socket) => {
    traffic.push('socket');
    socket.on('framesent', () => traffic.push('sent'));
    socket.on('framereceived', () => traffic.push('received'));
  });
  const time = Date.now();
  await page.clock.install({ time });
  await page.clock.pauseAt(time + 1_000);
  await page.goto(`${server.origin}/`);
  const first = partsOf(await linkOnScreen(page));
  assert.deepEqual([...traffic].sort(), ['received', 'received', 'sent', 'socket'], 'hello, watch, waiting');
  page.on('request', (request) => traffic.push(request.url()));
  for (let moves = 1; moves <= 6; moves += 1) {
    await page.clock.runFor(stepS * 1_000);
    await eventually(async () => partsOf(await linkOnScreen(page)).step === first.step + moves, 'the next code');
  }
  assert.equal(traffic.length, 4, traffic.slice(4).join());
  await closePage(page);
});

for (const [off, ms] of [['behind', -86_400_000], ['ahead', 86_400_000]]) {
  test(`a computer whose clock is a day ${off} signs in`, async () => {
    const computer = await newPage(browser, desktop);
    await computer.clock.install({ time: Date.now() + ms });
    await computer.goto(`${server.origin}/`);
    const phone = await newPage(browser, mobile);
    await opensCode(phone, computer, server.origin);
    await toConfirmSheet(phone, 'Ada');
    await answer(phone, 'approve');
    await arrives(computer, `${server.origin}/dashboard`);
    await closePage(phone);
    await computer.context().close();
  });
}

test('an old photo starts nothing, on either wire; the code on the screen does', async (t) => {
  const { code, stepNow } = await agedLogin(t, 304);
  for (const step of [0, 1, 15, 28]) {
    assert.deepEqual(await refusalOf(scan(ada, code(step))), [410, 'code-expired'], `step ${step}`);
    assert.deepEqual((await opened(ada, code(step))).problem, 'code-expired', `the page of step ${step}`);
    const classic = await ada.post('/allow/', { form: { code: code(step) } });
    assert.equal(classic.status, 400, classic.text);
  }
  const good = await scan(ada, code(stepNow()));
  assert.equal(good.status, 201, good.text);
});

test('a code of the step before is still taken', async (t) => {
  const { code, stepNow } = await agedLogin(t, 42);
  // Where the step changed between the two looks at the clock, it is asked again.
  const answered = await eventually(async () => {
    const step = stepNow();
    const { status } = await scan(ada, code(step - 1));
    return stepNow() === step && status;
  }, 'an answer within one step');
  assert.equal(answered, 201);
});

test('nobody makes the next code of one that was seen', async (t) => {
  const { key, login, code, stepNow } = await agedLogin(t, 60);
  const step = stepNow();
  const seen = seal.fromBase32(code(step));
  const said = (forged) => refusalOf(scan(ada, seal.base32(forged)));
  for (const ahead of [1, 2, 3]) {
    const forged = Buffer.from(seen);
    forged.writeUInt16BE(seen.readUInt16BE(12) + ahead, 12);
    assert.deepEqual(await said(forged), [404, 'code-unknown'], `${ahead} ahead under the MAC of the one before`);
  }
  assert.deepEqual(await refusalOf(scan(ada, code(step + 20))), [404, 'code-unknown'], 'a good code whose time has not come');
  const other = seal.loginMadeAt(login.readUInt32BE(0));
  const rotation = { login: login.toString('base64url'), key: seal.rotationKey(key, other).toString('base64url'), field: key.id << 12 };
  assert.deepEqual(await refusalOf(scan(ada, seal.codeOfStep(rotation, step))), [404, 'code-unknown'], 'by the key of another login');
  const own = { ...rotation, key: seal.rotationKey(key, login).toString('base64url') };
  for (const still of [seal.staticStep, seal.scriptlessStep]) {
    assert.deepEqual(await refusalOf(scan(ada, seal.codeOfStep(own, still))), [404, 'code-unknown'], 'a page makes no code that stays');
  }
});

test('a link preview changes nothing and writes nothing', async () => {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const rows = rowsOf(server.data, 'logins');
  const bot = server.stranger({ headers: { 'User-Agent': 'facebookexternalhit/1.1', Accept: '*/*' } });
  const { pathname } = new URL(await linkOnScreen(computer));
  for (let times = 0; times < 3; times += 1) {
    const preview = await bot.get(pathname);
    assert.deepEqual([preview.status, preview.headers['cache-control'], preview.cookies], [200, 'no-store', []]);
    assert.equal((await bot.ask('HEAD', pathname)).status, 200);
  }
  assert.equal(rowsOf(server.data, 'logins'), rows);
  bot.close();
  const phone = await newPage(browser, mobile);
  await opensCode(phone, computer, server.origin);
  await toConfirmSheet(phone, 'Ada');
  await closePage(phone);
  await closePage(computer);
});

test('a code of a page that was closed: the phone is told that nobody shows it', async () => {
  const { computer, phone } = await scanned(browser, server.origin);
  await screen(phone, 'signin').waitFor();
  await computer.context().close();
  await signInOn(phone, 'Ada', password);
  await screen(phone, 'not-on-screen').waitFor();
  await closePage(phone);
});

test('the handle outlives its code while the person signs in, for five minutes', async (t) => {
  const { key, login, page, code } = await agedLogin(t, 290);
  const issued = login.readUInt32BE(0);
  assert.deepEqual(await refusalOf(scan(ada, code(0))), [410, 'code-expired'], 'its code has long run out');
  const tooOld = seal.sealHandle(key, { login, issued: issued - 60 });
  assert.deepEqual(await refusalOf(ada.post('/v1/scans', { json: { handle: tooOld } })), [410, 'code-expired']);

  const phone = await newPage(browser, mobile);
  await served(phone, { handle: seal.sealHandle(key, { login, issued: issued + 60 }) });
  await phone.goto(server.origin + phonePath);
  await toConfirmSheet(phone, 'Grace');
  assert.equal((await page.next()).name, 'Grace');
  await closePage(phone);
});

test('a handle that was made for a signed-in phone is of no use to another account, and a changed one to nobody', async (t) => {
  const maker = server.stranger();
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token);
  t.after(() => page.drop());
  assert.equal((await ada.get('/v1/session')).status, 200, 'the server knows by now who holds this phone');
  const { handle } = await opened(ada, login.code);
  const grace = await server.phone('Grace');
  const scanBy = (phone, one) => phone.post('/v1/scans', { json: { handle: one } });
  assert.deepEqual(await refusalOf(scanBy(grace, handle)), [403, 'not-yours']);
  const bytes = Buffer.from(handle, 'base64url');
  for (let at = 0; at < bytes.length; at += 3) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << at % 8;
    assert.deepEqual(await refusalOf(scanBy(ada, changed.toString('base64url'))), [404, 'code-unknown'], `byte ${at}`);
  }
  assert.equal((await scanBy(ada, handle)).status, 201);
  for (const asker of [maker, grace]) asker.close();
});
