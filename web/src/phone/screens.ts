import type { Answer } from '../shared/http';

/** Which screen tells a person what an answer of the server means. Pure. */

const plain = new Set([
  'code-unknown',
  'code-expired',
  'already-scanned',
  'not-on-screen',
  'already-decided',
  'login-expired',
  'not-yours',
  'wrong-number',
  'refused-by-policy',
]);

type Said = Pick<Answer, 'status' | 'problem'>;

/** After `POST /v1/scans` failed. */
export function screenOfScan(answer: Said): string {
  if (plain.has(answer.problem)) return answer.problem;
  switch (answer.status) {
    case 0:
      return 'unreachable';
    case 401:
      return 'signin';
    case 400:
    case 404:
    case 422:
      return 'code-unknown';
    case 410:
      return 'code-expired';
    case 429:
      return 'busy';
    default:
      return 'failed';
  }
}

/** After approve, deny or report failed. Without an answer nobody knows whether it arrived. */
export function screenOfDecision(answer: Said): string {
  if (plain.has(answer.problem)) return answer.problem;
  switch (answer.status) {
    case 0:
      return 'unsure';
    case 401:
      return 'signin';
    case 404:
    case 410:
      return 'login-expired';
    case 429:
      return 'busy';
    default:
      return 'failed';
  }
}

/** Which fault to name after "Sign out that browser", or "This wasn't me" of an approval, failed. */
export function faultOfUndo(answer: Said): string {
  switch (answer.status) {
    case 0:
      return 'unreachable';
    case 401:
    case 403:
    case 404:
    case 409:
    case 410:
      return 'gone';
    case 429:
      return 'too-many-requests';
    default:
      return 'other';
  }
}
