/** Makes a page of one language from its template and the text table. Pure. */

import type { Language, Words } from '../src/text';

export interface Sources {
  readonly text: Readonly<Record<string, Words>>;
  /** Named pieces of HTML, themselves templates: `{{> name}}`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Inline drawings: `{{icon name}}`. */
  readonly icons: Readonly<Record<string, string>>;
  /** HTML that only the build knows, such as the links to the assets: `{{= name}}`. */
  readonly values: Readonly<Record<string, string>>;
  /** What stands in a slot until a script fills it. */
  readonly slots: Readonly<Record<string, string>>;
}

const depthMax = 5;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * Fills in a template:
 * `{{key}}` a text, its slots as elements that scripts fill; `{{attr key}}` a text for an attribute, without slots;
 * `{{> part}}`, `{{icon name}}` and `{{= value}}` as in `Sources`.
 * Throws, naming the page's language and the word, when something is not there.
 */
export function render(template: string, language: Language, sources: Sources, depth = 0): string {
  if (depth > depthMax) throw new Error('parts include each other');
  return template.replace(/\{\{\s*(?:(>|=|icon|attr)\s+)?([\w-]+)\s*\}\}/g, (_, how: string | undefined, name: string) => {
    switch (how) {
      case '>':
        return render(known(sources.parts, name, 'part'), language, sources, depth + 1).trim();
      case '=':
        return known(sources.values, name, 'value');
      case 'icon':
        return known(sources.icons, name, 'icon').trim();
      case 'attr': {
        const words = wordsOf(sources.text, name, language);
        if (/\{\w+\}/.test(words)) throw new Error(`text ${name} has a slot and cannot be an attribute`);
        return escapeHtml(words);
      }
      default:
        return slotted(wordsOf(sources.text, name, language), language, sources);
    }
  });
}

/** Every fault of a text table: texts missing or empty in a language, and slots that differ between languages. */
export function faultsOf(text: Readonly<Record<string, Partial<Words>>>, languages: readonly Language[]): string[] {
  return Object.entries(text).flatMap(([key, words]) => {
    const missing = languages.filter((language) => !words[language]?.trim()).map((language) => `${key}: no ${language}`);
    const slots = new Set(languages.map((language) => (words[language]?.match(/\{\w+\}/g) ?? []).sort().join()));
    return missing.length === 0 && slots.size > 1 ? [`${key}: slots differ between languages`] : missing;
  });
}

function slotted(words: string, language: Language, sources: Sources): string {
  return words
    .split(/(\{\w+\})/)
    .map((piece) => {
      const slot = /^\{(\w+)\}$/.exec(piece)?.[1];
      if (slot === undefined) return escapeHtml(piece);
      const unknown = sources.text[`${slot}Unknown`]?.[language];
      const empty = unknown ? ` data-empty="${escapeHtml(unknown)}"` : '';
      return `<span data-slot="${slot}"${empty}>${escapeHtml(sources.slots[slot] ?? '')}</span>`;
    })
    .join('');
}

function wordsOf(text: Sources['text'], key: string, language: Language): string {
  return known(known(text, key, 'text'), language, `text ${key} in`);
}

function known<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const value = table[name];
  if (value === undefined) throw new Error(`there is no ${what} ${name}`);
  return value;
}
