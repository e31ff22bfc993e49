import type { DeniedReason, Frame, NewLogin } from '../shared/wire';
import type { Rotation } from '../shared/rotation';
import type { Road, Way } from './road';

/** The words and values of the login page's state machine. All times are milliseconds of one clock. */

/** One login as this page holds it. */
export interface Login {
  readonly token: string;
  /** Sent with each try to collect it: the server answers a repeat as it answered the first. */
  readonly key: string;
  readonly rotation: Rotation;
  readonly stepMs: number;
  /** When step 0 began. */
  readonly startedAt: number;
  /** From here on nothing can come of it. */
  readonly endsAt: number;
  readonly linkPrefix: string;
  /** Where each way of hearing about it leads. */
  readonly paths: Readonly<Record<Way, string>>;
  /** The application that asks, as people know it; empty when the server did not say. */
  readonly client: string;
}

/** What is kept of a login over a reload. */
export interface Kept {
  readonly login: Login;
  /** As in the model: the clock on the wall, by which its age is kept, may be what leapt. */
  readonly unsure: boolean;
}

export type Phase = 'starting' | 'waiting' | 'scanned' | 'approved' | 'declined' | 'expired' | 'refused';

/**
 * Why the page cannot go on: cookies not kept, too many tries, wrong address, an application that is not known, or has
 * nowhere to return to, an answer it does not understand.
 */
export type Reason = 'browser' | 'busy' | 'origin' | 'client' | 'return' | 'broken';

/** What a person sees: the phase, or that the connection is gone. */
export type Screen = Phase | 'offline';

export interface Model {
  readonly phase: Phase;
  readonly reason: Reason | null;
  readonly denied: DeniedReason;
  readonly login: Login | null;
  /** Who scanned; empty when the account does not say. */
  readonly name: string;
  /** What must be typed on the phone, two digits; else empty. */
  readonly number: string;
  /** A person wants to type a code instead of scanning one. */
  readonly typing: boolean;
  /** The code to type, once the server has said it. */
  readonly userCode: string;
  readonly link: 'down' | 'opening' | 'up';
  readonly road: Road;
  /** A request to make or to collect a login is under way. */
  readonly busy: boolean;
  /** By when the connection must have told how the login stands. */
  readonly answerBy: number | null;
  /** By when something must have come over an event stream, if only a heartbeat. */
  readonly quietBy: number | null;
  /** How often to ask the server anew while a phone decides: a dead socket may look alive. */
  readonly askEveryMs: number;
  readonly askAt: number | null;
  readonly lostAt: number | null;
  readonly retryAt: number | null;
  /** Until then the server wants no request to make or to collect a login: the `Retry-After` of the last, and a share more. */
  readonly heldUntil: number | null;
  /** From when on the present connection, which has told how the login stands, has lasted. */
  readonly steadyAt: number | null;
  /** Failed tries in a row; a connection that did not last is one. */
  readonly attempt: number;
  /** Tokens refused in a row. */
  readonly tokenFaults: number;
  /** When to stop showing codes to an empty chair. */
  readonly stopAt: number;
  /** Time leapt: which code is the present one is not known for sure. */
  readonly unsure: boolean;
}

/** How a request came to nothing; status 0 when there was no answer. */
export interface Failure {
  readonly status: number;
  readonly problem: string;
  readonly retryAfterMs: number | null;
}

export type Event =
  | { readonly is: 'start'; readonly saved: Kept | null }
  /** The person asks for a new code. */
  | { readonly is: 'again' }
  /** The person wants a code to type, or no longer. */
  | { readonly is: 'typing'; readonly open: boolean }
  | { readonly is: 'created'; readonly login: NewLogin; readonly key: string }
  | ({ readonly is: 'create-failed' | 'collect-failed' } & Failure)
  | { readonly is: 'collected'; readonly redirectTo: string }
  | { readonly is: 'opened' }
  | { readonly is: 'frame'; readonly frame: Frame }
  /** Something came over an event stream, if only a heartbeat. */
  | { readonly is: 'beat' }
  /** The connection ended, or never came to be: then the code is 1006 (RFC 6455 §7.4.1), on every way. */
  | { readonly is: 'closed'; readonly code: number; readonly afterMs?: number }
  /** Whether a WebSocket, opened on the side, had the server's greeting. */
  | { readonly is: 'probed'; readonly works: boolean }
  | { readonly is: 'online' | 'offline' }
  /** The clock went on without this page: the machine slept, or was set ahead. */
  | { readonly is: 'leapt' }
  /** Somebody looks at the page again. */
  | { readonly is: 'seen' }
  /** The moment of `wakeAt` has come, or may have. */
  | { readonly is: 'tick' };

/** What the page must do next. Closing a connection, or opening another, silences it: no event of it comes after. */
export type Effect =
  | { readonly do: 'create' }
  | {
      readonly do: 'open';
      readonly way: Way;
      readonly path: string;
      readonly token: string;
      /** Ask for a code to type as well; a WebSocket is asked when it is up. */
      readonly userCode: boolean;
    }
  | { readonly do: 'close' }
  /** On the open WebSocket. */
  | { readonly do: 'watch'; readonly token: string; readonly userCode: boolean }
  | { readonly do: 'ask-user-code' }
  /** Opens a WebSocket on the side and sees whether it works; `probed` tells. */
  | { readonly do: 'probe'; readonly path: string }
  | { readonly do: 'collect'; readonly token: string; readonly key: string; readonly madeAt: number }
  | { readonly do: 'cancel'; readonly token: string }
  | { readonly do: 'save'; readonly kept: Kept }
  | { readonly do: 'forget' }
  | { readonly do: 'go'; readonly to: string };

export type Step = readonly [Model, readonly Effect[]];
