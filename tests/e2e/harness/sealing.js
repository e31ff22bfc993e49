import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hChaCha20 } from './hchacha20.js';

/**
 * The sealed values as docs/protocol.md describes them, made outside of the product with the keys of a data directory. So a
 * test can have a code of any age and any step without waiting for one. tests/vectors/sealed-values.json holds both to one
 * another.
 */

export const staticStep = 0xfff;
export const scriptlessStep = 0xffe;
export const lastScriptlessStep = 0xff9;
const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ';
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const purpose = (key, name) => hmac(key, Buffer.from(`latchkey/1/${name}`));

function bigEndian(value, bytes) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** RFC 4648 base32 without padding. */
export function base32(bytes) {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g);
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

export function fromBase32(text) {
  let bits = '';
  for (const letter of text) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The ring of a data directory, the current key first: `{ id, key }` each. */
export function readRing(data) {
  const file = readFileSync(join(data, 'sealing.key'));
  if (file.length === 32) return [{ id: 0, key: file }];
  const lines = file.toString('latin1').trimEnd().split('\n').slice(1);
  return lines.map((line) => {
    const [id, key] = line.split(' ');
    return { id: Number(id), key: Buffer.from(key, 'hex') };
  });
}

/** A LoginId of that second. */
export function loginMadeAt(second) {
  return Buffer.concat([bigEndian(second, 4), randomBytes(8)]);
}

export function rotationKey({ key }, login) {
  return hmac(purpose(key, 'code'), login).subarray(0, 16);
}

export function sealCode(sealing, login, step = staticStep) {
  const shown = Buffer.concat([login, bigEndian((sealing.id << 12) | step, 2)]);
  const moves = step < lastScriptlessStep;
  const mac = hmac(moves ? rotationKey(sealing, login) : purpose(sealing.key, 'fixed-code'), shown);
  return base32(Buffer.concat([shown, mac.subarray(0, 8)]));
}

/** The code of that step, as a page makes it of what it was given (`rotation`). */
export function codeOfStep({ login, key, field }, step) {
  const shown = Buffer.concat([Buffer.from(login, 'base64url'), bigEndian(field + step, 2)]);
  return base32(Buffer.concat([shown, hmac(Buffer.from(key, 'base64url'), shown).subarray(0, 8)]));
}

/** What is stored of the browser with that cookie. */
export function markOf(cookie) {
  return createHash('sha256').update('latchkey/1/browser-mark').update(cookie).digest().subarray(0, 16);
}

export function browserTag({ key }, login, mark) {
  return hmac(purpose(key, 'browser'), login, mark).subarray(0, 8);
}

export function sealToken(sealing, login, client, cookie) {
  const tag = browserTag(sealing, login, markOf(cookie));
  const said = Buffer.concat([login, bigEndian(sealing.id, 1), bigEndian(client, 3), tag]);
  const mac = hmac(purpose(sealing.key, 'token'), said).subarray(0, 16);
  return Buffer.concat([said, mac]).toString('base64url');
}

/** `flags`: 0, 1 (of a code that does not move) or 3 (and needs no presence); `account`: 16 bytes, zero for anybody. */
export function sealHandle(sealing, { login, issued, flags = 0, account = Buffer.alloc(16) }, nonce = randomBytes(24)) {
  const subkey = hChaCha20(purpose(sealing.key, 'handle'), nonce.subarray(0, 16));
  const cipher = createCipheriv('chacha20-poly1305', subkey, Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]), {
    authTagLength: 16,
  });
  const id = bigEndian(sealing.id, 1);
  cipher.setAAD(Buffer.concat([Buffer.from('latchkey/1/handle'), id]));
  const plain = Buffer.concat([login, bigEndian(issued, 4), bigEndian(flags, 1), account]);
  const box = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([id, nonce, box]).toString('base64url');
}

/** `WDJB-MJHT`. */
export function userCode({ key }, login) {
  let left = hmac(purpose(key, 'user-code'), login).readBigUInt64BE(0) % 20n ** 8n;
  let letters = '';
  for (let at = 0; at < 8; at += 1) {
    letters = userCodeLetters[Number(left % 20n)] + letters;
    left /= 20n;
  }
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

export function sessionSecret({ key }, login, cookie, idempotencyKey) {
  return hmac(purpose(key, 'session'), login, cookie, Buffer.from(idempotencyKey)).toString('base64url');
}

/** A code that the server of this data directory would have made `ageSeconds` ago. */
export function sealedCode(data, { ageSeconds = 0, step } = {}) {
  const [current] = readRing(data);
  return sealCode(current, loginMadeAt(Math.floor(Date.now() / 1000) - ageSeconds), step);
}
