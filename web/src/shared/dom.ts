/** Small, typed doors to the page. */

/** The element for `selector`; missing means that template and script do not fit together, which is a bug. */
export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector} on this page`);
  return found;
}

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

/** Puts `value` into every slot of this name; an empty value shows the slot's own words for "unknown". */
export function fill(slot: string, value: string, within: ParentNode = document): void {
  for (const element of all(`[data-slot="${slot}"]`, within)) {
    element.textContent = value || (element.dataset['empty'] ?? '');
  }
}

/** Shows the elements that carry `data-NAME="chosen"` and hides their siblings in meaning. */
export function choose(name: string, chosen: string, within: ParentNode = document): void {
  for (const element of all(`[data-${name}]`, within)) {
    element.hidden = element.getAttribute(`data-${name}`) !== chosen;
  }
}

/** The language of the page and its words for "just now", as `age` wants them. */
export function manner(): readonly [language: string, justNow: string] {
  const { lang, dataset } = document.documentElement;
  return [lang, dataset['now'] ?? ''];
}

/** Tells screen readers, without moving the focus. */
export function announce(words: string): void {
  one('[data-announce]').textContent = words.replace(/\s+/g, ' ').trim();
}

/** Shows one `data-screen` of the page, moves the focus to its heading, so that it is read out, and returns it. */
export function show(screen: string): HTMLElement {
  choose('screen', screen);
  const shown = one(`[data-screen="${screen}"]`);
  const heading = all('h1[tabindex]', shown).find((element) => !element.hidden);
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  return shown;
}

/** Shows the one fault of this name inside `form`, `other` when it has none of that name, or none at all. */
export function fault(form: ParentNode, name: string | null): void {
  const faults = all('[data-fault]', form);
  const known = name === null || faults.some((element) => element.dataset['fault'] === name);
  choose('fault', known ? (name ?? '') : 'other', form);
}
