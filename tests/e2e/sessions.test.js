import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closePage, mobile, newPage, screen } from './harness/chromium.js';
import { command, password } from './harness/latchkey.js';
import { signedInAtHome } from './harness/scan-flow.js';
import { site } from './harness/site.js';

/** A person ends what they have elsewhere, or everything. */

const { server, browser } = await site({ users: ['Ada', 'Ben'] });

test('"sign out everywhere else" leaves this browser alone signed in', async () => {
  const [other, third] = [await server.phone('Ada'), await server.phone('Ada')];
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ada');
  const rows = page.locator('[data-sessions] > li:not(.skeleton)');
  await rows.nth(2).waitFor();
  await page.locator('[data-end-which="others"]').click();
  await rows.nth(1).waitFor({ state: 'detached' });
  assert.ok(await page.locator('[data-end-which="others"]').isHidden(), 'there is nothing else to end');
  for (const phone of [other, third]) {
    assert.equal((await phone.get('/v1/session')).status, 401);
    phone.close();
  }
  await page.reload();
  await rows.first().waitFor();
  await closePage(page);
});

test('"sign out everywhere" ends this session, too, and nobody else’s', async () => {
  const [other, ben] = [await server.phone('Ada'), await server.phone('Ben')];
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ada');
  await page.locator('[data-end-which="all"]').click();
  await page.waitForURL(/\/signin/);
  assert.equal((await other.get('/v1/session')).status, 401);
  assert.equal((await ben.get('/v1/session')).status, 200);
  for (const phone of [other, ben]) phone.close();
  await closePage(page);
});

for (const [how, end] of [
  ['from another browser', async (ben, id) => ben.delete(`/v1/me/sessions/${id}`)],
  ['with all others', async (ben) => ben.post('/v1/me/sessions/end', { json: { which: 'others' } })],
  ['by a new password', async () => command(['user', 'passwd', 'Ben', '--password-stdin', '--data', server.data], `${password}\n`)],
]) {
  test(`a page whose session is ended ${how} says so by itself`, async () => {
    const page = await newPage(browser, mobile);
    await signedInAtHome(page, server.origin, 'Ben');
    const ben = await server.phone('Ben');
    const { sessions } = (await ben.get('/v1/me/sessions')).json;
    await end(ben, sessions.find(({ current }) => !current).id);
    await page.waitForURL(/\/signin\?next=%2Fhome&out=1/);
    await page.locator('[data-signed-out]').waitFor();
    ben.close();
    await closePage(page);
  });
}

test('a page that was refused to end its account still hears of its session’s end', async () => {
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ben');
  await page.locator('[data-part="delete"] summary').click();
  await page.locator('[name=delete-name]').fill('Somebody else');
  await page.locator('[data-delete-form] [type=submit]').click();
  await page.locator('[data-account-fault]:not([data-account-fault=""]):visible').waitFor();
  const ben = await server.phone('Ben');
  await ben.post('/v1/me/sessions/end', { json: { which: 'others' } });
  await page.waitForURL(/\/signin\?next=%2Fhome&out=1/);
  ben.close();
  await closePage(page);
});

test('a page goes on when another tab of its browser signs in anew', async () => {
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ada');
  const again = page.waitForEvent('load');
  const answer = await page.context().request.post(`${server.origin}/v1/session`, { data: { name: 'Ada', password } });
  assert.equal(answer.status(), 200);
  await again;
  await screen(page, 'home').waitFor();
  await closePage(page);
});

test('a page that heard too early goes on from where one signs in', async () => {
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ada');
  await page.goto(`${server.origin}/signin?next=%2Fhome&out=1`);
  await screen(page, 'home').waitFor();
  await closePage(page);
});

test('what is no choice ends nothing', async () => {
  const ben = await server.phone('Ben');
  for (const body of [{}, { which: 'none' }, { which: 1 }]) {
    assert.equal((await ben.post('/v1/me/sessions/end', { json: body })).status, 400);
  }
  assert.equal((await ben.get('/v1/session')).status, 200);
  ben.close();
});
