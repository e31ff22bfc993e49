import assert from 'node:assert/strict';
import { codeOfStep } from './sealing.js';

/** The calls of a login that many tests make on their way to what they are about. */

/** `POST /v1/logins`, for a client if one is named. `code` is what a page would show at the moment it is read. */
export async function newLogin(browser, client) {
  const answer = await browser.post('/v1/logins', client ? { json: { client } } : {});
  assert.equal(answer.status, 201, answer.text);
  const { rotation } = answer.json;
  const cameAt = performance.now();
  return Object.defineProperty(answer.json, 'code', {
    get() {
      const code = codeOfStep(rotation, Math.floor((rotation.elapsed_ms + performance.now() - cameAt) / rotation.step_ms));
      browser.secrets?.add('code', code);
      return code;
    },
  });
}

/** `POST /qrcode/`. */
export async function newClassicLogin(browser) {
  const answer = await browser.post('/qrcode/');
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** `POST /allow/`, a form. */
export function allow(phone, code) {
  return phone.post('/allow/', { form: { code } });
}

/** `POST /v1/scans`, by an application that has read the code itself. */
export function scan(phone, code) {
  return phone.post('/v1/scans', { json: { code } });
}

/** What the page behind a code was served with: the handle that outlives the code, or the problem with it. */
export async function opened(phone, code) {
  const answer = await phone.get(`/s/${code}`);
  assert.equal(answer.status, 200);
  const meta = (name) => new RegExp(`<meta name="latchkey-${name}" content="([^"]*)">`).exec(answer.text)?.[1];
  phone.secrets?.add('handle', meta('handle'));
  return { handle: meta('handle'), problem: meta('problem'), headers: answer.headers };
}

export function decide(phone, id, answer, body = {}) {
  return phone.post(`/v1/scans/${id}/${answer}`, { json: body });
}

/** `key` makes repeats of one try known as such. */
export function collect(browser, token, key) {
  const headers = { Authorization: `Bearer ${token}` };
  if (key) {
    headers['Idempotency-Key'] = key;
    browser.secrets?.add('idempotency key', key);
  }
  return browser.post('/v1/logins/current/collect', { headers });
}

/** Collects and shows that the session is real. */
export async function becomesSignedIn(browser, token, name) {
  const collected = await collect(browser, token);
  assert.equal(collected.status, 200, collected.text);
  assert.equal(collected.text, '{"redirect_to":"/dashboard"}');
  const session = await browser.get('/v1/session');
  assert.equal(session.status, 200, session.text);
  assert.equal(session.json.account.name, name);
  assert.equal(session.json.session.kind, 'scan');
}
