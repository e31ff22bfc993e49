import { describe, expect, test } from 'vitest';
import { bytesOf, faultOfName, passkeysPossible, textOf } from '../src/shared/passkeys';
import { readCreationOptions, readPasskeys, readSignInOptions } from '../src/shared/wire';

describe('Passkeys are possible', () => {
  const place = (hostname: string, isSecureContext = true, PublicKeyCredential: unknown = class {}) => ({
    location: { hostname },
    isSecureContext,
    PublicKeyCredential,
  });

  test('where the page has a name and is safe, and the browser has them', () => {
    expect(passkeysPossible(place('login.example.org'))).toBe(true);
    expect(passkeysPossible(place('localhost'))).toBe(true);
  });

  test('nowhere else', () => {
    expect(passkeysPossible(place('127.0.0.1'))).toBe(false);
    expect(passkeysPossible(place('[2001:db8::1]'))).toBe(false);
    expect(passkeysPossible(place('login.example.org', false))).toBe(false);
    expect(passkeysPossible(place('login.example.org', true, null))).toBe(false);
  });
});

describe('What browsers call their faults', () => {
  test('is told apart where a person can do something about it', () => {
    expect(faultOfName('NotAllowedError')).toBe('cancelled');
    expect(faultOfName('AbortError')).toBe('cancelled');
    expect(faultOfName('InvalidStateError')).toBe('passkey-known');
    expect(faultOfName('SecurityError')).toBe('passkeys-off');
    expect(faultOfName('ReferenceError')).toBe('other');
  });
});

describe('Bytes on the wire', () => {
  test('are base64url without padding, there and back', () => {
    for (const text of ['', 'AA', '-_8', 'AAECAwQ']) expect(textOf(bytesOf(text).buffer)).toBe(text);
    expect([...bytesOf('-_8')]).toEqual([251, 255]);
  });
});

describe('What the server says of passkeys', () => {
  const creation = {
    challenge: 'AAAA',
    rp: { id: 'example.org', name: 'Latchkey' },
    user: { id: 'AQ', name: 'Ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key' }],
    excludeCredentials: [{ type: 'public-key', id: 'BB' }, 'nonsense'],
    timeout: 300_000,
  };

  test('is read with what it has, and not at all without what is needed', () => {
    expect(readCreationOptions(creation)).toEqual({
      challenge: 'AAAA',
      rp: { id: 'example.org', name: 'Latchkey' },
      user: { id: 'AQ', name: 'Ada' },
      algorithms: [-7],
      had: ['BB'],
      timeoutMs: 300_000,
    });
    expect(readCreationOptions({ ...creation, user: {} })).toBeNull();
    expect(readCreationOptions(undefined)).toBeNull();
    expect(readSignInOptions({ challenge: 'AAAA', rpId: 'example.org', timeout: 5 })).toEqual({
      challenge: 'AAAA',
      rpId: 'example.org',
      timeoutMs: 5,
    });
    expect(readSignInOptions({ challenge: 'AAAA' })).toBeNull();
  });

  test('is a list, also of none', () => {
    expect(readPasskeys({ passkeys: [] })).toEqual([]);
    expect(readPasskeys({})).toBeNull();
    expect(readPasskeys({ passkeys: [{ id: 'x', name: 'Key', created_ms_ago: 5, used_ms_ago: null, backed_up: true }] })).toEqual([
      { id: 'x', name: 'Key', createdMsAgo: 5, usedMsAgo: null, backedUp: true },
    ]);
  });
});
