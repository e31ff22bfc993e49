import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { OutputBundle, OutputChunk } from 'rollup';
import type { Plugin } from 'vite';
import { languages, text } from '../src/text';
import { faultsOf, render } from './template';

/**
 * Writes every page of `pages/` once per language, `NAME.LANGUAGE.html`, with links to its own script and to the one
 * style sheet. `scripts` says which entry a page runs; the part `NAME-head` is put into that page's head as it is.
 */
export function pages(root: string, scripts: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'latchkey-pages',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      const faults = faultsOf(text, languages);
      if (faults.length > 0) this.error(`src/text.ts is not whole:\n  ${faults.join('\n  ')}`);
      const folder = join(root, 'pages');
      const parts = read(join(folder, 'parts'), '.html');
      const icons = read(join(folder, 'icons'), '.svg');
      const icon = this.emitFile({ type: 'asset', name: 'icon.svg', source: known(icons, 'favicon') });
      const style = Object.keys(bundle).filter((name) => name.endsWith('.css'));
      for (const [page, template] of Object.entries(read(folder, '.html'))) {
        const files = chunksOf(bundle, known(scripts, page));
        const head = [
          `<link rel="icon" href="/${this.getFileName(icon)}" type="image/svg+xml">`,
          ...style.map((file) => `<link rel="stylesheet" href="/${file}">`),
          ...files.slice(1).map((file) => `<link rel="modulepreload" href="/${file}">`),
          `<script type="module" src="/${files[0]}"></script>`,
          ...(parts[`${page}-head`] ?? '').trim().split('\n'),
        ];
        for (const language of languages) {
          const body = render(template, language, { text, parts, icons, values: {}, slots });
          const values = { title: titleOf(page, language), page, head: head.join('\n').trim(), body: body.trim() };
          const source = render(known(parts, 'layout'), language, { text, parts, icons, values, slots });
          this.emitFile({ type: 'asset', fileName: `${page}.${language}.html`, source });
        }
      }
    },
  };
}

/** Until an application says its own name, people sign in to Latchkey itself. */
const slots = { client: 'Latchkey' };

function titleOf(page: string, language: (typeof languages)[number]): string {
  return render(`{{attr ${page}Title}}`, language, { text, parts: {}, icons: {}, values: {}, slots: {} });
}

/** The files of a folder with this ending, by their bare names. */
function read(folder: string, ending: string): Record<string, string> {
  const files = readdirSync(folder).filter((file) => extname(file) === ending);
  return Object.fromEntries(files.map((file) => [basename(file, ending), readFileSync(join(folder, file), 'utf8')]));
}

/** The entry's own file first, then all that it imports. */
function chunksOf(bundle: OutputBundle, entry: string): string[] {
  const chunks = Object.values(bundle).filter((file): file is OutputChunk => file.type === 'chunk');
  const first = chunks.find((chunk) => chunk.isEntry && chunk.name === entry);
  if (!first) throw new Error(`there is no entry ${entry}`);
  const files = [first.fileName];
  for (const file of files) {
    for (const imported of chunks.find((chunk) => chunk.fileName === file)?.imports ?? []) {
      if (!files.includes(imported)) files.push(imported);
    }
  }
  return files;
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const value = table[name];
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}
