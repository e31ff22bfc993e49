import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closePage, desktop, launch, mobile, newPage, screen, sessionOf } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { Nginx } from './harness/nginx.js';
import { signedInAtHome } from './harness/scan-flow.js';

/** The page of the original tutorial, unchanged, with the approval posted as a form. */

const fixture = (name) => fileURLToPath(new URL(`fixtures/classic/${name}`, import.meta.url));
let server;
let browser;

before(async () => {
  server = await Server.start({ users: ['Ada'], args: ['--trusted-proxies', '127.0.0.1'] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The page from opening to the dashboard; the server answers for both files under `origin`. */
async function signsIn(page, app, origin) {
  await page.goto(`${origin}/index.html`);
  await page.locator('#state').getByText('succeed').waitFor();
  const code = await page.locator('#code').innerText();
  assert.match(code, /^[A-Z2-7]{36}$/);

  await signedInAtHome(app, origin, 'Ada');
  await app.goto(`${origin}/app.html`);
  await app.locator('[name=code]').fill(code);
  await app.locator('button').click();
  await app.getByText('{"msg":"succeed","status":0}').waitFor();

  await page.waitForURL(`${origin}/dashboard.html`);
  await screen(page, 'dashboard').waitFor();
  const { status, body } = await sessionOf(page);
  assert.equal(status, 200);
  assert.equal(body.account.name, 'Ada');
  assert.equal(body.session.kind, 'scan');
  const left = (await page.context().cookies(`${origin}/dashboard.html`)).map(({ name }) => name);
  assert.ok(!left.includes('latchkey_login'), 'the token has left the cookies');
  await page.reload();
  await screen(page, 'dashboard').waitFor();
}

test('the original page, served by nginx in front, is really signed in on dashboard.html', async (t) => {
  const prefix = Nginx.prefix();
  for (const name of ['index.html', 'app.html']) {
    copyFileSync(fixture(name), join(prefix, name));
    chmodSync(join(prefix, name), 0o644);
  }
  const proxy = `
    proxy_pass ${server.origin};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;`;
  const httpOf = (port) => `
    types { text/html html; }
    map $http_upgrade $connection_upgrade { default upgrade; "" close; }
    server {
      listen 127.0.0.1:${port};
      root ${prefix};
      location = /index.html { }
      location = /app.html { }
      location / { ${proxy} }
    }`;
  const nginx = await Nginx.start(prefix, httpOf);
  t.after(() => nginx.stop());
  const page = await newPage(browser, desktop);
  const app = await newPage(browser, mobile);
  await signsIn(page, app, `http://127.0.0.1:${nginx.ports[0]}`);
  await page.context().close();
  await app.context().close();
});

test('the original page, on the same origin without a proxy, is really signed in on dashboard.html', async () => {
  const page = await newPage(browser, desktop);
  const app = await newPage(browser, mobile);
  for (const one of [page, app]) {
    for (const name of ['index.html', 'app.html']) {
      const body = readFileSync(fixture(name));
      await one.route(`${server.origin}/${name}`, (route) => route.fulfill({ contentType: 'text/html', body }));
    }
  }
  await signsIn(page, app, server.origin);
  await closePage(page);
  await closePage(app);
});

/** A page of plain http by a name is no secure context, so its browser says less of where a form comes from. */
for (const host of ['127.0.0.1', 'latchkey.test']) {
  test(`the original page without script on dashboard.html still gets in, by a form, on http://${host}`, async (t) => {
    const own = await launch(t, ['--host-resolver-rules=MAP latchkey.test 127.0.0.1']);
    const page = await newPage(own, { ...desktop, javaScriptEnabled: false });
    const asker = server.stranger();
    const phone = await server.phone('Ada');
    const { json } = await asker.post('/qrcode/');
    await phone.post('/allow/', { form: { code: json.code } });
    const cookies = [...asker.jar.cookies.values()];
    await page.context().addCookies(
      cookies.map(({ name, value, attributes }) => ({ name, value, domain: host, path: attributes.path })),
    );
    const address = `http://${host}:${server.port}/dashboard.html`;
    await page.goto(address);
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await page.locator('form[action="/dashboard.html"] button').first().click();
    assert.equal((await answered).status(), 303);
    await page.waitForURL(address);
    const names = (await page.context().cookies()).map(({ name }) => name);
    assert.ok(names.includes('latchkey_session'), 'a session came of it');
    asker.close();
    phone.close();
  });
}
