/**
 * Every secret that went over the wire in one run of the server, so that a test can look for them where none may be:
 * in the log and in the metrics.
 */
export class Secrets {
  #values = new Map();

  /** `kind` says in a failure which one leaked. Short values would be found by chance, so they are left out. */
  add(kind, value) {
    if (typeof value === 'string' && value.length >= 8) this.#values.set(value, kind);
  }

  /** Those of an answer: its cookies, and the members of its JSON that are secret. */
  addFrom(answer) {
    for (const cookie of answer.cookies) {
      if (cookie.name !== 'latchkey_lang') this.add(`cookie ${cookie.name}`, cookie.value);
    }
    for (const member of ['token', 'code', 'ticket', 'user_code']) this.add(member, answer.json?.[member]);
    this.add('rotation key', answer.json?.rotation?.key);
  }

  get size() {
    return this.#values.size;
  }

  /** The kinds of secrets that stand somewhere in `text`. */
  foundIn(text) {
    // Sealed values and cookies are long runs of these characters; a log has few such runs, a run of tests many secrets.
    const runs = [...new Set(text.match(/[\w-]{20,}/g) ?? [])];
    const found = [];
    for (const [value, kind] of this.#values) {
      const sealed = /^[\w-]{20,}$/.test(value);
      if (sealed ? runs.some((run) => run.includes(value)) : text.includes(value)) found.push(kind);
    }
    return found;
  }
}
