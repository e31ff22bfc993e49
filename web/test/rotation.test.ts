import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeAt, lastStep, stepAt, type Rotation } from '../src/shared/rotation';

interface Key {
  id: number;
  rotation: { key: string; field: number };
  codes: { step: number; code: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/sealed-values.json', import.meta.url), 'utf8')) as {
  login_text: string;
  ring: Key[];
};
const rotationOf = (key: Key): Rotation => ({ login: vectors.login_text, ...key.rotation });
const [current] = vectors.ring as [Key, Key];
const rotation = rotationOf(current);

describe('Moving codes', () => {
  test.each(vectors.ring.flatMap((key) => key.codes.map((code) => ({ id: key.id, ...code, rotation: rotationOf(key) }))))(
    'of key $id at step $step are those that the server opens',
    ({ code, step, rotation: of }) => expect(codeAt(of, step)).toBe(code),
  );

  test('are other ones at each step', () => {
    const codes = Array.from({ length: 60 }, (_, step) => codeAt(rotation, step));
    expect(new Set(codes).size).toBe(60);
  });

  test.each([-1, 0.5, Number.NaN, lastStep + 1])('there are none of step %d', (step) => {
    expect(() => codeAt(rotation, step)).toThrow(RangeError);
  });

  test.each([
    { ...rotation, login: '' },
    { ...rotation, login: `${rotation.login}AAAA` },
    { ...rotation, key: rotation.key.slice(4) },
  ])('there are none of %o', (broken) => {
    expect(() => codeAt(broken, 0)).toThrow(RangeError);
  });
});

describe('The step', () => {
  test.each([
    [0, 0, 0],
    [0, 9_999, 0],
    [0, 10_000, 1],
    [9_999, 0, 0],
    [9_999, 1, 1],
    [3_000, 47_000, 5],
    [0, 599_999, 59],
  ])('%d ms after the login began and %d ms after that is %d', (elapsed, since, step) => {
    expect(stepAt(elapsed, since, 10_000)).toBe(step);
  });

  test('is never before the first', () => {
    expect(stepAt(-500, 0, 10_000)).toBe(0);
  });
});
