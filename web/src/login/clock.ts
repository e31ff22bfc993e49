/** Time that only goes forward, in milliseconds from an origin of its own. */

/** The wall clock ahead of the steady one by more: the machine has slept, and with it the steady clock. */
const sleptMs = 1_000;

/**
 * A clock that a person or a time server cannot set back, and that counts the time in which the machine slept.
 * `steady` may stand still during sleep (as `performance.now` does on some systems), `wall` may be set. A clock on the
 * wall that is set ahead looks the same as sleep: `leapt` is called for either, by the call that notices.
 */
export function steadyClock(steady: () => number, wall: () => number, leapt: () => void): () => number {
  let lastSteady = steady();
  let lastWall = wall();
  let now = lastSteady;
  return () => {
    const [atSteady, atWall] = [steady(), wall()];
    const awake = atSteady - lastSteady;
    const asleep = atWall - lastWall - awake;
    const leaps = asleep > sleptMs;
    now += awake + (leaps ? asleep : 0);
    [lastSteady, lastWall] = [atSteady, atWall];
    if (leaps) leapt();
    return now;
  };
}
