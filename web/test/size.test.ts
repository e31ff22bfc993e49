import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { languages } from '../src/text';

/** What the login page costs over the wire, with everything it needs. Wants a build; without one there is nothing to weigh. */

const bytesMax = 60_000;
const page = (language: string): string => `dist/login.${language}.html`;

/** The own files that `html` names. */
function filesOf(html: string): string[] {
  return [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => `dist${path}`);
}

describe.skipIf(!existsSync(page('en')))('The built login page', () => {
  test.each(languages)('is light, with its style, scripts and icon (%s)', (language) => {
    const files = [page(language), ...filesOf(readFileSync(page(language), 'utf8'))];
    expect(files.length).toBeGreaterThan(3);
    const bytes = files.map((file) => brotliCompressSync(readFileSync(file)).length).reduce((sum, size) => sum + size);
    expect(bytes).toBeLessThan(bytesMax);
  });

  test.each(languages)('loads nothing from anywhere else, and no script beyond those it names (%s)', (language) => {
    const html = readFileSync(page(language), 'utf8');
    const files = filesOf(html);
    for (const file of [page(language), ...files]) {
      const text = readFileSync(file, 'utf8').replaceAll(/http:\/\/www\.w3\.org\/2000\/svg|https:\/\/own\.invalid/g, '');
      expect(text, file).not.toMatch(/(?:https?:)?\/\/[a-z0-9-]+\.[a-z]/i);
      for (const [, imported] of text.matchAll(/(?:from|import)\s*\(?["']\.\/([^"']+)["']/g)) {
        expect(files, file).toContain(`dist/assets/${imported}`);
      }
    }
  });
});
