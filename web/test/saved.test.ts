import { describe, expect, test } from 'vitest';
import type { Kept, Login } from '../src/login/model';
import { forget, load, save } from '../src/login/saved';
import { waiting } from './login-page';

/** The login that is kept over a reload. */

const login: Login = { ...(waiting().model.login as Login), startedAt: -5, endsAt: 20 };
const kept: Kept = { login, unsure: false };

function memory() {
  const map = new Map<string, string>();
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

test('The login kept over a reload is whole or nothing', () => {
  const storage = memory();
  expect(load(storage, '', 0, 0)).toBeNull();
  save(storage, kept, '', 0, 0);
  expect(load(storage, '', 0, 0)).toEqual(kept);
  const whole = JSON.parse(storage.getItem('latchkey.login') ?? '') as Record<string, unknown>;
  forget(storage);
  expect(load(storage, '', 0, 0)).toBeNull();
  const odd: unknown[] = [{ token: 1 }, 'x', ...Object.keys(whole).map((key) => ({ ...whole, [key]: undefined }))];
  odd.push({ ...whole, endsAt: null }, { ...whole, stepMs: 0 }, { ...whole, paths: { socket: '/ws/' } });
  odd.push({ ...whole, rotation: { ...login.rotation, key: '' } });
  for (const value of odd) {
    storage.setItem('latchkey.login', JSON.stringify(value));
    expect(load(storage, '', 0, 0), JSON.stringify(value)).toBeNull();
  }
});

test('The login kept over a reload belongs to the application that asked', () => {
  const storage = memory();
  save(storage, kept, 'wiki', 0, 0);
  expect(load(storage, 'wiki', 0, 0)).toEqual(kept);
  for (const other of ['', 'mail']) expect(load(storage, other, 0, 0)).toBeNull();
});

describe('The login kept over a reload', () => {
  test('is as old as the clock on the wall says, and never younger than it was', () => {
    const storage = memory();
    save(storage, kept, '', 0, 1_000_000);
    expect(load(storage, '', 100, 1_000_002)).toMatchObject({ login: { startedAt: 93, endsAt: 118 } });
    expect(load(storage, '', 100, 1_000_010)).toMatchObject({ login: { startedAt: 85, endsAt: 110 } });
    expect(load(storage, '', 100, 0), 'the clock was set back').toMatchObject({ login: { startedAt: 95, endsAt: 120 } });
  });

  test('says whether its present code was known', () => {
    const storage = memory();
    save(storage, { login, unsure: true }, '', 0, 0);
    expect(load(storage, '', 0, 0)).toEqual({ login, unsure: true });
  });
});
