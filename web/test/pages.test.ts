import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultsOf, render, type Sources } from '../build/template';
import { languages, text } from '../src/text';

const sources = (more: Partial<Sources> = {}): Sources => ({ text: {}, parts: {}, icons: {}, values: {}, slots: {}, ...more });
const words = (en: string, zh = en) => ({ en, zh });

describe('Templates', () => {
  test('take their words from the page’s language, escaped', () => {
    const table = { hi: words('<Hi>', '你好') };
    expect(render('<p>{{hi}}</p>', 'en', sources({ text: table }))).toBe('<p>&#60;Hi&#62;</p>');
    expect(render('<p>{{hi}}</p>', 'zh', sources({ text: table }))).toBe('<p>你好</p>');
  });

  test('make slots into elements that a script fills', () => {
    const table = { on: words('on {system}'), systemUnknown: words('"?"') };
    expect(render('{{on}}', 'en', sources({ text: table }))).toBe('on <span data-slot="system" data-empty="&#34;?&#34;"></span>');
  });

  test('fail at a word that is not there, and at a slot in an attribute', () => {
    expect(() => render('{{gone}}', 'en', sources())).toThrow('gone');
    expect(() => render('{{icon gone}}', 'en', sources())).toThrow('gone');
    expect(() => render('{{attr hi}}', 'en', sources({ text: { hi: words('{name}') } }))).toThrow('hi');
  });

  test('do not include themselves for ever', () => {
    expect(() => render('{{> a}}', 'en', sources({ parts: { a: '{{> a}}' } }))).toThrow('include each other');
  });
});

describe('The text table', () => {
  test('is whole in every language', () => {
    expect(faultsOf(text, languages)).toEqual([]);
  });

  test('has a check that sees a missing text and a differing slot', () => {
    expect(faultsOf({ a: { en: 'x' }, b: words('{n}', 'n') }, languages)).toEqual(['a: no zh', 'b: slots differ between languages']);
  });

  test('has no text that no page uses', () => {
    const templates = ['pages', 'pages/parts'].flatMap((folder) =>
      readdirSync(folder).filter((file) => file.endsWith('.html')).map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
    );
    const all = templates.join();
    const unused = Object.keys(text).filter(
      (key) => !all.includes(`{{${key}}}`) && !all.includes(`{{attr ${key}}}`) && !/Title$|Unknown$/.test(key),
    );
    expect(unused).toEqual([]);
  });

  test('keeps Chinese punctuation full-width', () => {
    const half = Object.values(text).map((entry) => entry.zh).filter((zh) => /[\u4e00-\u9fff][,;?!:]/u.test(zh));
    expect(half).toEqual([]);
  });
});

describe('No page has an inline script or style', () => {
  const files = readdirSync('pages', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));

  test.each(files)('%s', (file) => {
    const html = readFileSync(`pages/${file}`, 'utf8');
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|https?:\/\//i);
  });
});
