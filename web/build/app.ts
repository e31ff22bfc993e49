import { createHash } from 'node:crypto';
import type { OutputChunk } from 'rollup';
import type { Plugin } from 'vite';
import { iconPng } from './png';

/** Makes the phone's page an app: its manifest, its icons, and the list of what its service worker keeps. */

/** What phones ask for: the two of the manifest, and Apple's. */
const manifestSides = [192, 512];
const sides = [...manifestSides, 180];

const manifest = {
  id: '/home',
  name: 'Latchkey',
  short_name: 'Latchkey',
  start_url: '/home?scan=1',
  scope: '/',
  display: 'standalone',
  background_color: '#f4f5f2',
  theme_color: '#f4f5f2',
  icons: manifestSides.flatMap((side) =>
    ['any', 'maskable'].map((purpose) => ({ src: `/app-${side}.png`, sizes: `${side}x${side}`, type: 'image/png', purpose })),
  ),
};

/** `page` is the entry of the page that is kept. */
export function app(worker: string, page: string): Plugin {
  return {
    name: 'latchkey-app',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      this.emitFile({ type: 'asset', fileName: 'app.webmanifest', source: JSON.stringify(manifest) });
      for (const side of sides) this.emitFile({ type: 'asset', fileName: `app-${side}.png`, source: iconPng(side) });
      const chunks = Object.values(bundle).filter((file): file is OutputChunk => file.type === 'chunk');
      const entry = (name: string): OutputChunk => {
        const found = chunks.find((chunk) => chunk.isEntry && chunk.name === name);
        if (!found) throw new Error(`there is no entry ${name}`);
        return found;
      };
      const kept = entry(page);
      const styles = Object.keys(bundle).filter((name) => name.endsWith('.css'));
      const files = [kept.fileName, ...kept.imports, ...styles].map((name) => `/${name}`).sort();
      const script = entry(worker);
      if (script.imports.length > 0) throw new Error('the service worker imports something, which a classic one cannot');
      // Another list, or another worker, is another cache.
      const name = createHash('sha256').update(files.join() + script.code).digest('hex').slice(0, 12);
      const code = script.code.replaceAll('shellFiles', JSON.stringify(files)).replaceAll('shellName', `"latchkey-${name}"`);
      script.code = code;
    },
  };
}
