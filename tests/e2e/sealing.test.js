import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as seal from './harness/sealing.js';

/** The tests' own seals are those of the vectors, so that what they show of the server's is worth something. */

const vectors = JSON.parse(readFileSync(new URL('../vectors/sealed-values.json', import.meta.url), 'utf8'));
const login = Buffer.from(vectors.login, 'hex');
const cookie = Buffer.from(vectors.cookie, 'hex');
const mark = seal.markOf(cookie);
const flags = { moving: 0, static: 1, scriptless: 3 };

for (const sealed of vectors.ring) {
  const key = { id: sealed.id, key: Buffer.from(sealed.key, 'hex') };

  test(`codes under key ${key.id}`, () => {
    assert.equal(seal.rotationKey(key, login).toString('base64url'), sealed.rotation.key);
    for (const { step, code } of sealed.codes) assert.equal(seal.sealCode(key, login, step), code);
    assert.equal(seal.sealCode(key, login), sealed.static_code);
    assert.equal(seal.sealCode(key, login, seal.scriptlessStep), sealed.scriptless_code);
    assert.equal(seal.sealCode(key, login, seal.lastScriptlessStep), sealed.last_scriptless_code);
    assert.equal(seal.userCode(key, login), sealed.user_code);
  });

  test(`tokens and sessions under key ${key.id}`, () => {
    assert.equal(mark.toString('hex'), vectors.browser_mark);
    assert.equal(seal.browserTag(key, login, mark).toString('hex'), sealed.browser_tag);
    for (const { client, token } of sealed.tokens) assert.equal(seal.sealToken(key, login, client, cookie), token);
    assert.equal(seal.sessionSecret(key, login, cookie, vectors.idempotency_key), sealed.session_secret);
  });

  test(`handles under key ${key.id}`, () => {
    const nonce = Buffer.from(vectors.handle_nonce, 'hex');
    for (const { kind, account, handle } of sealed.handles) {
      const said = { login, issued: vectors.handle_issued_s, flags: flags[kind] };
      if (account) said.account = Buffer.from(account, 'hex');
      assert.equal(seal.sealHandle(key, said, nonce), handle);
    }
  });
}
