/** How long to wait before trying a lost server again. Pure. */

const firstMs = 1_000;
const longestMs = 20_000;

/**
 * Doubles with each failed attempt (0, 1, 2 …) up to 20 s, then takes a random share of it, anything from nothing to
 * all ("full jitter"), so that pages which lost the same server come back evenly spread. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16)));
}
