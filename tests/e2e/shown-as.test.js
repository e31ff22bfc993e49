import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { scan } from './harness/calls.js';
import { closePage, desktop, launch, linkOnScreen, mobile, newPage, screen } from './harness/chromium.js';
import { Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { signedInAtHome } from './harness/scan-flow.js';

/** A screen shows of who scanned what the account allows, and the person chooses that at home. */

let server;
let browser;
let phone;

before(async () => {
  server = await Server.start({ users: ['Ada Lovelace'] });
  browser = await launch();
  phone = await server.phone('Ada Lovelace');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What a screen says, and shows in the circle above, once the phone has scanned its code; also after a reload. */
async function greetings() {
  const computer = await newPage(browser, desktop);
  await computer.goto(`${server.origin}/`);
  const code = (await linkOnScreen(computer)).split('/').pop();
  const seen = await scan(phone, code);
  assert.equal(seen.json.account.name, 'Ada Lovelace', 'the phone shows its own name whatever screens may');
  const greeting = async () => {
    await screen(computer, 'scanned').waitFor();
    const words = await computer.locator('[data-for="scanned"] .panel-title').innerText();
    const avatar = computer.locator('[data-initials]:visible');
    return [words.trim(), (await avatar.count()) > 0 ? await avatar.innerText() : ''];
  };
  const first = await greeting();
  await computer.reload();
  const second = await greeting();
  await closePage(computer);
  return [first, second];
}

for (const [choice, words, letters] of [
  ['initials', 'Hi AL. Confirm on your phone.', 'AL'],
  ['nothing', 'Confirm on your phone.', ''],
  ['name', 'Hi Ada Lovelace. Confirm on your phone.', 'AL'],
]) {
  test(`the screen shows of who scanned: ${choice}`, async () => {
    const kept = await phone.post('/v1/me', { json: { shown_as: choice } });
    assert.equal(kept.status, 204, kept.text);
    assert.deepEqual(await greetings(), [[words, letters], [words, letters]]);
  });
}

test('what is chosen at home is kept', async () => {
  const page = await newPage(browser, mobile);
  await signedInAtHome(page, server.origin, 'Ada Lovelace');
  assert.ok(await page.getByLabel('My name').isChecked());
  await page.getByLabel('My initials').check();
  await eventually(
    async () => (await phone.get('/v1/session')).json.account.shown_as === 'initials',
    'the choice at the server',
  );
  await page.reload();
  await screen(page, 'home').waitFor();
  assert.ok(await page.getByLabel('My initials').isChecked());
  if (process.env.LATCHKEY_SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.LATCHKEY_SCREENSHOTS}/home-shown-as.png`, fullPage: true });
  }
  await closePage(page);
});
