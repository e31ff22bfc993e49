import { generate, mode, correction } from 'lean-qr';
import { describe, expect, test } from 'vitest';
import { linkOf } from '../src/login/link';
import { drawQr, quietZone } from '../src/login/qr';
import { codeAt } from '../src/shared/rotation';

/** How small a code stands on the screen. */

const rotation = { login: 'ZVPxAKGyw9Tl9gcY', key: 'AAECAwQFBgcICQoLDA0ODw', field: 0x3000 };
describe('The link in the drawn code', () => {
  const code = codeAt(rotation, 7);
  const sizeOf = (link: string): number => drawQr(link).size - 2 * quietZone;

  test('is in capitals, where the server serves these too', () => {
    expect(linkOf('https://login.example.com', '/s/', code)).toBe(`HTTPS://LOGIN.EXAMPLE.COM/S/${code}`);
    expect(linkOf('https://login.example.com', '/Scan/', code)).toBe(`https://login.example.com/Scan/${code}`);
    expect(new URL(linkOf('https://login.example.com:8443', '/s/', code)).origin).toBe('https://login.example.com:8443');
  });

  test.each([
    ['https://id.io', 29], ['https://l.example.com', 29], ['http://127.0.0.1:8080', 29], ['https://login.example.com', 33],
    ['https://accounts.department.example.org', 33], ['https://a-rather-long-name.of-a-sub-domain.example-company.com', 37],
  ])('%s takes %i modules, fewer than or as many as in small letters', (origin, size) => {
    expect(sizeOf(linkOf(origin, '/s/', code))).toBe(size);
    expect(sizeOf(`${origin}/s/${code}`)).toBeGreaterThanOrEqual(size);
    const bytes = generate(`${origin}/s/${code}`, { minCorrectionLevel: correction.M, modes: [mode.iso8859_1] });
    expect(bytes.size).toBeGreaterThan(size);
  });

  test('keeps its size from step to step, so that nothing jumps', () => {
    const sizes = Array.from({ length: 60 }, (_, step) => sizeOf(linkOf('https://login.example.com', '/s/', codeAt(rotation, step))));
    expect([...new Set(sizes)]).toEqual([33]);
  });
});
