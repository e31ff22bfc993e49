import { all, fill, manner, one } from '../shared/dom';
import { ask } from '../shared/http';
import { refused, type Leave } from './parts';
import { duration, readGlance, share, type Glance } from './wire';

/** The figures on top, which follow what happens. */

const lookEveryMs = 2000;

function show({ now, counts, funnel, isWhole }: Glance): void {
  const [language] = manner();
  const number = new Intl.NumberFormat(language);
  for (const [name, value] of Object.entries(now)) fill(`now-${name}`, number.format(value));
  for (const [name, value] of Object.entries(counts)) fill(name, number.format(value), one('[data-counts]'));
  one('[data-funnel-part]').hidden = isWhole;
  funnel.forEach((step, at) => {
    const line = one(`[data-step="${step.name}"]`);
    const part = share(funnel, at);
    fill('count', number.format(step.count), line);
    fill('share', part === null ? '–' : new Intl.NumberFormat(language, { style: 'percent' }).format(part / 100), line);
    fill('time', step.medianMs === null ? '–' : duration(step.medianMs, language), line);
  });
}

/** Looks once. False when nobody may look any more. */
export async function glance(leave: Leave): Promise<boolean> {
  const answer = await ask('GET', '/v1/admin/glance');
  if (refused(answer, leave)) return false;
  const seen = readGlance(answer.body);
  for (const note of all('[data-stale]')) note.hidden = seen !== null;
  if (seen) show(seen);
  return true;
}

/** Goes on looking while the page is seen. */
export function follow(leave: Leave): void {
  const look = async (): Promise<void> => {
    const goOn = document.hidden || (await glance(leave));
    if (goOn) setTimeout(() => void look(), lookEveryMs);
  };
  setTimeout(() => void look(), lookEveryMs);
}
