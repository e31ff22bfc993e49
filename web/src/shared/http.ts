import { readProblem } from './wire';

/** The server did not answer within this time. */
const answerMs = 15_000;

/** An answer, or status 0 when there was none. */
export interface Answer {
  readonly status: number;
  /** What the JSON said; undefined without any. */
  readonly body: unknown;
  /** The stable word of a problem (`code-expired`), `unreachable` without an answer, else empty. */
  readonly problem: string;
  readonly retryAfterMs: number | null;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** Who asks: the token of a login, and the key that makes repeats of one request known as such. */
interface Proof {
  readonly token?: string;
  readonly key?: string;
}

/** How long an answer may take when that is not the usual, and what makes it pointless before. */
interface Patience {
  readonly ms?: number;
  readonly until?: AbortSignal;
}

/** Asks the own server. Never throws; never stores or follows anything by itself. */
export async function ask(
  method: Method,
  path: string,
  body?: object,
  proof: Proof = {},
  { ms = answerMs, until }: Patience = {},
): Promise<Answer> {
  const headers = new Headers({ Accept: 'application/json' });
  if (body) headers.set('Content-Type', 'application/json');
  if (proof.token) headers.set('Authorization', `Bearer ${proof.token}`);
  if (proof.key) headers.set('Idempotency-Key', proof.key);
  // Not AbortSignal.timeout, which browsers before 2022 lack.
  const patience = new AbortController();
  const end = (): void => patience.abort();
  const timer = setTimeout(end, ms);
  until?.addEventListener('abort', end);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
      signal: patience.signal,
    });
    const said: unknown = await response.json().catch(() => undefined);
    return {
      status: response.status,
      body: said,
      problem: response.ok ? '' : readProblem(said),
      retryAfterMs: retryAfterMs(response.headers),
    };
  } catch {
    return { status: 0, body: undefined, problem: 'unreachable', retryAfterMs: null };
  } finally {
    clearTimeout(timer);
    until?.removeEventListener('abort', end);
  }
}

/** `Retry-After` of an answer, when it names seconds. */
export function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

export function succeeded(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}
