/** Waiting for things, never for time to pass. The time-outs are safety nets that only a broken product reaches. */

/** Long enough for a sanitized server on a loaded machine. Milliseconds. */
export const patienceMs = 120_000;
const lookAgainMs = 25;

/** What `promise` gives; rejects and says what was missed when it does not come. */
export async function within(promise, what, ms = patienceMs) {
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks `look` again and again until what it gives is truthy, and gives that. */
export async function eventually(look, what, ms = patienceMs) {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${what}: not so within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}
