/** How much of a code's life is left. Pure; times are milliseconds of one clock. */

/** From 1 (fresh) to 0 (over). */
export function shareLeft(endsAt: number, lifeMs: number, now: number): number {
  if (!(lifeMs > 0)) return 0;
  return Math.min(1, Math.max(0, (endsAt - now) / lifeMs));
}
