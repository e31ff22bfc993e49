/** How long ago something was, in words. Pure. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Younger than this reads as "just now". */
export const justNowMs = 10_000;

/**
 * `ageMs` (a duration, never a clock time) as "3 minutes ago" in `language`, or `justNow`.
 * Rounds down: what happened 119 s ago was one minute ago.
 */
export function age(ageMs: number, language: string, justNow: string): string {
  if (!(ageMs >= justNowMs)) return justNow;
  const [size, unit]: [number, Intl.RelativeTimeFormatUnit] =
    ageMs < minute ? [1000, 'second'] : ageMs < hour ? [minute, 'minute'] : ageMs < day ? [hour, 'hour'] : [day, 'day'];
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  return format.format(-Math.floor(ageMs / size), unit);
}

/**
 * One or two letters that stand for a name: `Ada Lovelace` → `AL`, `李雷` → `李`. Only ASCII letters become capitals: so
 * does the server, where an account shows its initials in place of its name.
 */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * The letters for a name that the server let a screen show. They may be initials already, of which none may be lost:
 * two letters and no small one of ASCII. A name as short as that, such as `李雷`, looks the same and stands whole.
 */
export function avatar(name: string): string {
  return /^[^a-z\s]{2}$/u.test(name) ? name : initials(name);
}

/** Letters of a name that find room in a greeting. */
const nameLengthMax = 20;

/** A name for a greeting: a long one is cut, so that what is to be done stays readable. */
export function shortName(name: string): string {
  const letters = [...name];
  return letters.length > nameLengthMax ? `${letters.slice(0, nameLengthMax - 1).join('').trimEnd()}…` : name;
}
