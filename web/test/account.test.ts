import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { iconPng } from '../build/png';
import { readAdmission, readCodes, readCodesLeft, readPasswordState, readWays } from '../src/shared/wire-account';

describe('What the server says of accounts', () => {
  test('is what may be made with a link', () => {
    const said = { by: 'invitation', role: 'admin', expires_in_ms: 5, passwords: true, passkeys: false };
    expect(readAdmission(said)).toEqual({ by: 'invitation', isAdmin: true, passwords: true, passkeys: false });
    expect(readAdmission({ by: 'open' })).toEqual({ by: 'open', isAdmin: false, passwords: false, passkeys: false });
    for (const none of [null, {}, { by: 'magic' }, [], 'open']) expect(readAdmission(none)).toBeNull();
  });

  test('is how people get in, by default with a password and an invitation', () => {
    expect(readWays({ sign_up: 'open', passwords: false })).toEqual({ isOpen: true, passwords: false });
    for (const none of [null, {}, { sign_up: 1 }]) expect(readWays(none)).toEqual({ isOpen: false, passwords: true });
  });

  test('is whether a password opens the account; what is not said warns of a last passkey', () => {
    expect(readPasswordState({ password: true, passwords: true })).toEqual({ has: true, allowed: true });
    expect(readPasswordState({ passkeys: [] })).toEqual({ has: false, allowed: true });
  });

  test('is recovery codes, and how many are left', () => {
    expect(readCodes({ codes: ['A', 'B'] })).toEqual(['A', 'B']);
    for (const none of [null, {}, { codes: [] }, { codes: [1, ''] }, { codes: 'A' }]) expect(readCodes(none)).toBeNull();
    expect(readCodesLeft({ left: 0 })).toBe(0);
    for (const none of [null, {}, { left: -1 }, { left: '3' }]) expect(readCodesLeft(none)).toBeNull();
  });
});

describe('The icon of the app', () => {
  /** Its chunks by their type. */
  function chunksOf(png: Buffer): Record<string, Buffer> {
    const chunks: Record<string, Buffer> = {};
    for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
      chunks[png.toString('latin1', at + 4, at + 8)] = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    }
    return chunks;
  }

  test.each([180, 192, 512])('is a picture of %i pixels, green to its edges, with a white key in its middle', (side) => {
    const { IHDR, IDAT, IEND } = chunksOf(iconPng(side));
    expect(IHDR?.readUInt32BE(0)).toBe(side);
    expect(IHDR?.readUInt32BE(4)).toBe(side);
    expect(IEND?.length).toBe(0);
    const rows = inflateSync(IDAT ?? Buffer.alloc(0));
    expect(rows.length).toBe(side * (1 + side * 3));
    const pixel = (x: number, y: number): number[] => [...rows.subarray(y * (1 + side * 3) + 1 + x * 3).subarray(0, 3)];
    const green = [0x0f, 0x5c, 0x46];
    for (const [x, y] of [[0, 0], [side - 1, 0], [0, side - 1], [side - 1, side - 1]] as const) expect(pixel(x, y)).toEqual(green);
    const at = (part: number): number => Math.floor((part / 32) * side);
    expect(pixel(at(20), at(16))).toEqual([255, 255, 255]);
    expect(pixel(at(11.5), at(16))).toEqual(green);
  });
});
