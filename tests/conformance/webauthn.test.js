// @simplewebauthn/server, checks that are not ours, on the same ceremonies as ours. Run with
// LATCHKEY_VERDICT=path of webauthn_verdict, node --test webauthn.test.js.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const program = spawn(process.env.LATCHKEY_VERDICT, { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: program.stdout });
after(() => program.stdin.end());

/** What ours says; bytes go over in hex. */
async function ours(question) {
  const hexed = Object.entries(question).map(([name, value]) => [
    name, Buffer.isBuffer(value) ? value.toString('hex') : value,
  ]);
  const answer = once(lines, 'line');
  program.stdin.write(`${JSON.stringify(Object.fromEntries(hexed))}\n`);
  return JSON.parse((await answer)[0]);
}

const party = { expectedOrigin: 'https://example.org', expectedRPID: 'example.org' };
const text = (bytes) => Buffer.from(bytes).toString('base64url');

/** What theirs says, in our words. */
async function theirs(question) {
  try {
    return question.ceremony === 'create' ? await theirCreate(question) : await theirGet(question);
  } catch (error) {
    return { ok: false, error: error.message };
  }
}

async function theirCreate({ challenge, client_data, object, id, user_verification }) {
  const { verified, registrationInfo: info } = await verifyRegistrationResponse({
    ...party,
    response: {
      id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {},
      response: { clientDataJSON: text(client_data), attestationObject: text(object) },
    },
    expectedChallenge: text(challenge),
    requireUserVerification: user_verification,
    supportedAlgorithmIDs: [-7, -8, -257],
  });
  if (!verified) return { ok: false };
  return {
    ok: true,
    id: Buffer.from(info.credential.id, 'base64url').toString('hex'),
    public_key: Buffer.from(info.credential.publicKey).toString('hex'),
    aaguid: info.aaguid.replaceAll('-', ''),
    sign_count: info.credential.counter,
    user_verified: info.userVerified,
    backup_eligible: info.credentialDeviceType === 'multiDevice',
    backed_up: info.credentialBackedUp,
  };
}

async function theirGet({ challenge, client_data, data, signature, id, user_verification, ...stored }) {
  const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
    ...party,
    response: {
      id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {},
      response: {
        clientDataJSON: text(client_data), authenticatorData: text(data), signature: text(signature),
      },
    },
    expectedChallenge: text(challenge),
    requireUserVerification: user_verification,
    credential: { id: text(id), publicKey: stored.public_key, counter: stored.sign_count },
  });
  if (!verified) return { ok: false };
  return { ok: true, sign_count: info.newCounter, backed_up: info.credentialBackedUp };
}

/** Theirs as far as it goes, and ours for the same. */
async function agree(question, what) {
  const [one, other] = [await ours(question), await theirs(question)];
  const seen = JSON.stringify({ what, one, other });
  assert.equal(one.ok, other.ok, seen);
  if (one.ok) assert.deepEqual({ ...one, ...other }, one, seen);
  return one.ok;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const below = (n) => randomBytes(4).readUInt32BE() % n;
const pick = (list) => list[below(list.length)];
const up = 0x01, uv = 0x04, be = 0x08, bs = 0x10, at = 0x40, ed = 0x80;

function keyOf(kind) {
  const bytes = (value) => new Uint8Array(Buffer.from(value, 'base64url'));
  if (kind === 'ES256') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const cose = [[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]];
    return { privateKey, hash: 'sha256', cose };
  }
  if (kind === 'EdDSA') {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x } = publicKey.export({ format: 'jwk' });
    return { privateKey, hash: null, cose: [[1, 1], [3, -8], [-1, 6], [-2, bytes(x)]] };
  }
  const modulusLength = pick([2048, 3072]);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return { privateKey, hash: 'sha256', cose: [[1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)]] };
}

function clientData(type, challenge, changes = {}) {
  const members = { type, challenge: text(challenge), origin: 'https://example.org', crossOrigin: false };
  return Buffer.from(JSON.stringify({ ...members, ...changes }));
}

/** A passkey by chance and what it says of itself. */
function passkey(kind) {
  const key = keyOf(kind);
  const eligible = pick([0, be]);
  return {
    ...key,
    id: randomBytes(pick([1, 16, 32, 64, 255, 256, 1023])),
    aaguid: randomBytes(16),
    public_key: Buffer.from(isoCBOR.encode(new Map(key.cose))),
    flags: () => up | uv | eligible | (eligible && pick([0, bs])),
    signs: (bytes) => sign(key.hash, bytes, key.privateKey),
  };
}

function authenticatorData(one, changes) {
  const {
    flags = one.flags(), count = 0, rpId = 'example.org', credential = false, behind = Buffer.alloc(0),
  } = changes;
  const head = Buffer.alloc(5);
  head[0] = flags | (credential ? at : 0);
  head.writeUInt32BE(count, 1);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(one.id.length);
  const attested = credential ? [one.aaguid, length, one.id, one.public_key] : [];
  return Buffer.concat([sha256(rpId), head, ...attested, behind]);
}

function attestationObject(format, statement, data) {
  const members = [['fmt', format], ['attStmt', new Map(statement)], ['authData', new Uint8Array(data)]];
  return Buffer.from(isoCBOR.encode(new Map(members)));
}

/** A registration, with something changed. */
function creation(one, changed = {}) {
  const {
    challenge = randomBytes(32), asked = challenge, type = 'webauthn.create', client, self = false,
    statement = [], user_verification = true, ...changes
  } = changed;
  const client_data = clientData(type, challenge, client);
  const data = authenticatorData(one, { ...changes, credential: true });
  const signature = () => new Uint8Array(one.signs(Buffer.concat([data, sha256(client_data)])));
  const object = self
    ? attestationObject('packed', [['alg', new Map(one.cose).get(3)], ['sig', signature()]], data)
    : attestationObject('none', statement, data);
  return { ceremony: 'create', challenge: asked, client_data, object, id: one.id, user_verification };
}

/** An assertion, with something changed. */
function assertion(one, changed = {}) {
  const {
    challenge = randomBytes(32), asked = challenge, type = 'webauthn.get', client, stored = 0,
    user_verification = true, ...changes
  } = changed;
  const client_data = clientData(type, challenge, client);
  const data = authenticatorData(one, changes);
  return {
    ceremony: 'get', challenge: asked, client_data, data, id: one.id,
    signature: one.signs(Buffer.concat([data, sha256(client_data)])),
    public_key: one.public_key, sign_count: stored, user_verification,
    backup_eligible: (data[32] & be) !== 0,
  };
}

const extensions = Buffer.from(isoCBOR.encode(new Map([['credProtect', 2]])));
const kinds = ['ES256', 'EdDSA', 'RS256'];
const passkeys = kinds.flatMap((kind) => [passkey(kind), passkey(kind), passkey(kind)]);

const fine = {
  'nothing': {},
  'a counter': { count: 7 },
  'the largest counter': { count: 0xffffffff },
  'extensions': { flags: up | uv | ed, behind: extensions },
  'members to come': { client: { extraData: 'é😀', more: { type: 'x' } } },
  'nobody verified where that will do': { flags: up, user_verification: false },
};
const faults = {
  'another ceremony': { type: 'webauthn.other' },
  'another challenge': { asked: randomBytes(32) },
  'another origin': { client: { origin: 'https://example.net' } },
  'another relying party': { rpId: 'example.net' },
  'nobody there': { flags: uv },
  'nobody verified': { flags: up },
  'a contradiction': { flags: up | uv | bs },
  'something behind': { behind: Buffer.from('!') },
};

test('new passkeys are the same to both', async () => {
  for (const one of passkeys) {
    for (const self of [false, true]) {
      for (const [what, changes] of Object.entries(fine)) {
        assert.ok(await agree(creation(one, { ...changes, self }), what), what);
      }
      for (const [what, changes] of Object.entries(faults)) {
        assert.ok(!await agree(creation(one, { ...changes, self }), what), what);
      }
    }
    assert.ok(!await agree(creation(one, { statement: [['alg', -7]] }), 'a statement of none'));
  }
});

test('signing in is the same to both', async () => {
  for (const one of passkeys) {
    for (const [what, changes] of Object.entries(fine)) {
      assert.ok(await agree(assertion(one, changes), what), what);
    }
    for (const [what, changes] of Object.entries(faults)) {
      assert.ok(!await agree(assertion(one, changes), what), what);
    }
    assert.ok(await agree(assertion(one, { count: 8, stored: 7 }), 'a counter that went on'));
  }
});

test('a counter that went back is an error to them and a signal to us', async () => {
  for (const count of [0, 6, 7]) {
    const question = assertion(pick(passkeys), { count, stored: 7 });
    const answer = await ours(question);
    assert.ok(answer.ok && answer.counter_went_back, JSON.stringify(answer));
    assert.ok(!(await theirs(question)).ok);
  }
});

test('an assertion under another key is refused by both', async () => {
  for (const one of passkeys) {
    for (const other of passkeys) {
      const question = { ...assertion(one), public_key: other.public_key };
      assert.equal(await agree(question, 'another key'), one === other);
    }
  }
});

test('what we take after some bits were flipped they take, too', async () => {
  for (let round = 0; round < 1500; ++round) {
    const one = pick(passkeys);
    const question = pick([creation(one), creation(one, { self: true }), assertion(one)]);
    const part = pick(['client_data', 'object', 'data', 'signature'].filter((name) => question[name]));
    const changed = Buffer.from(question[part]);
    const flips = pick([1, 1, 2, 3]);
    for (let i = 0; i < flips; ++i) changed[below(changed.length)] ^= 1 << below(8);
    const flipped = { ...question, [part]: changed };
    const answer = await ours(flipped);
    if (!answer.ok) continue;
    flipped.id = Buffer.from(answer.id, 'hex');
    const seen = JSON.stringify({ part, answer, bytes: changed.toString('hex') });
    assert.ok((await theirs(flipped)).ok, seen);
  }
});

test("the specification's examples are the same to both", async () => {
  const { vectors } = JSON.parse(readFileSync(new URL('../vectors/webauthn.json', import.meta.url)));
  const bytes = (value) => Buffer.from(value, 'hex');
  for (const { name, registration, authentication } of vectors) {
    if (!/^(none|packed|packed-self)\.(ES256|RS256|EdDSA)(\.long-credential-id)?$/.test(name)) {
      continue; // a frame, an algorithm that we do not take, or certificates that they look into
    }
    const made = {
      ceremony: 'create', challenge: bytes(registration.challenge), user_verification: false,
      client_data: bytes(registration.clientDataJSON), object: bytes(registration.attestationObject),
    };
    const credential = await ours(made);
    made.id = bytes(credential.id);
    assert.ok(await agree(made, name), name);
    assert.ok(await agree({
      ceremony: 'get', challenge: bytes(authentication.challenge), user_verification: false, id: made.id,
      client_data: bytes(authentication.clientDataJSON), data: bytes(authentication.authenticatorData),
      signature: bytes(authentication.signature), public_key: bytes(credential.public_key),
      sign_count: credential.sign_count, backup_eligible: credential.backup_eligible,
    }, name), name);
  }
});
