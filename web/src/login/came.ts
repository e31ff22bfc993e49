import type { Session } from '../shared/wire';

/**
 * Whether this browser's session came of the login that was made `sinceMs` ago, and not of a sign-in before it. Pure.
 */
export function cameOf(session: Session | null, sinceMs: number): boolean {
  return session !== null && session.kind === 'scan' && session.createdMsAgo <= sinceMs;
}
