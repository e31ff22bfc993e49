/** The close codes of the wire, for the ways that have none of their own. Pure. */

/** A connection that broke off without a word (RFC 6455 §7.4.1). */
export const brokenCode = 1006;

/**
 * What a request that was refused so would have been told as the end of a WebSocket. `problem` is the server's own word;
 * without one it was somebody on the way who answered, and that says nothing about the login.
 */
export function closeCodeOf(status: number, problem: string): number {
  if (problem === 'consumed' || problem === 'already-collected') return 4101;
  switch (problem ? status : 0) {
    case 400:
      return 4000;
    case 401:
      return 4001;
    case 403:
      return 4003;
    case 410:
      return 4100;
    case 429:
    case 503:
      return 4201;
    default:
      return brokenCode;
  }
}
