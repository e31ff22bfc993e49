import { backoffMs } from './backoff';
import type { Effect, Event, Failure, Kept, Login, Model, Reason, Step } from './model';
import { endOf, lateMs, open, seeking, stopAfterMs, stopOf } from './outlook';
import { heardOn, highRoad, lostOn, probed, setOut, type Road } from './road';
import type { Frame, NewLogin } from '../shared/wire';

/**
 * The login page from its first code to the signed-in person. Pure: time and randomness are arguments, what must be
 * done comes back as effects.
 *
 * A code is shown only after the server has said `waiting` for its login, and only while it is the present one: the
 * page makes them itself, one each step, so that nothing is sent while nobody scans. Where time leapt the page cannot
 * know the step; it then hears how its login stands and, if nobody has scanned it, makes another.
 */

/** A server that is silent for longer, when asked, counts as lost. */
export const answerMs = 10_000;
/** A connection that has not opened by then, or opened and brought no word of the server, is taken for blocked. */
export const greetMs = 5_000;
/** How often to ask how things stand while a phone decides, until the server has named its heartbeat. */
export const askEveryMs = 30_000;
/** An event stream without a heartbeat for so many of them is gone. */
export const beatsMissedMax = 2;
/**
 * Only a connection that has lasted so long ends the row of failed tries: one that is cut at its first word is one of
 * them, and so is a login that the server ends sooner.
 */
export const steadyMs = 10_000;

const reconnectSpreadMs = 500;
const tokenFaultsMax = 3;

export const fresh: Model = {
  phase: 'starting',
  reason: null,
  denied: 'declined',
  login: null,
  name: '',
  number: '',
  typing: false,
  userCode: '',
  link: 'down',
  road: highRoad,
  busy: false,
  answerBy: null,
  quietBy: null,
  askEveryMs,
  askAt: null,
  lostAt: null,
  retryAt: null,
  heldUntil: null,
  steadyAt: null,
  attempt: 0,
  tokenFaults: 0,
  stopAt: 0,
  unsure: false,
};

/** Without a connection: nothing is asked and no answer is due. */
const down = { link: 'down', answerBy: null, quietBy: null, askAt: null, steadyAt: null } as const;
/** Without a login: nothing of the last one is left. */
const blank = { login: null, name: '', number: '', userCode: '', unsure: false } as const;

/** The next model, and what to do. `random` is in [0, 1). */
export function step(before: Model, event: Event, now: number, random: number): Step {
  const model = steadied(before, now);
  switch (event.is) {
    case 'start':
      return started(model, event.saved, now);
    case 'again':
      return again(model, now);
    case 'typing':
      return typing({ ...model, typing: event.open }, now);
    case 'created':
      return created(model, event.login, event.key, now);
    case 'create-failed':
      return createFailed(model, event, now, random);
    case 'collected':
      return collected(model, event.redirectTo);
    case 'collect-failed':
      return collectFailed(model, event, now, random);
    case 'opened':
      return opened(model, now);
    case 'frame':
      return framed(model, event.frame, now, random);
    case 'beat':
      return [{ ...model, quietBy: quietBy(model, now) }, []];
    case 'closed':
      return closed(model, event.code, now, random, event.afterMs);
    case 'probed':
      return probedOne(model, event.works, now);
    case 'online':
      return online(model, now);
    case 'seen':
      return seen(model, now, random);
    case 'leapt':
      return leapt(model, now);
    case 'offline':
      return model.link === 'down' ? [model, []] : lost(model, model.road, now, random);
    case 'tick':
      return ticked(model, now, random);
  }
}

function steadied(model: Model, now: number): Model {
  return model.steadyAt !== null && now >= model.steadyAt ? { ...model, attempt: 0, steadyAt: null } : model;
}

function started(model: Model, saved: Kept | null, now: number): Step {
  const alive = saved && saved.login.endsAt + lateMs > now ? saved : { login: null, unsure: false };
  return pursue({ ...model, ...alive, stopAt: now + stopAfterMs }, now);
}

function again(model: Model, now: number): Step {
  const { link, busy, road, typing: wanted, heldUntil } = model;
  const kept = { link, busy, road, typing: wanted, askEveryMs: model.askEveryMs };
  const anew: Model = { ...fresh, ...kept, answerBy: link === 'opening' ? model.answerBy : null, stopAt: now + stopAfterMs };
  // The old connection would still tell of the login given up; its end is no news of the next one.
  const leaves = model.phase === 'scanned' && model.login;
  const first: Effect[] = leaves ? [{ do: 'cancel', token: leaves.token }, { do: 'close' }] : [];
  // A person may ask before the server wants it, say from another network; the page by itself still does not.
  const [after, effects] = pursue(leaves ? { ...anew, ...down } : anew, now);
  return [{ ...after, heldUntil }, [...first, { do: 'forget' }, ...effects]];
}

/** The one place that decides what to try next. */
function pursue(model: Model, now: number): Step {
  const { busy, login } = model;
  if (busy) return [model, []];
  if ((login === null || model.phase === 'approved') && isHeld(model, now)) return [{ ...model, retryAt: model.heldUntil }, []];
  if (login === null) return seeking(model) ? [{ ...model, busy: true }, [{ do: 'create' }]] : [model, []];
  if (model.phase === 'approved') {
    const { token, key, startedAt } = login;
    return [{ ...model, busy: true }, [{ do: 'collect', token, key, madeAt: startedAt }]];
  }
  return open(model) && model.link === 'down' ? connect(model, login, now) : [model, []];
}

/** Opens a connection, in the place of any other. */
function connect(model: Model, login: Login, now: number): Step {
  const { way } = model.road;
  return [
    { ...model, ...down, link: 'opening', road: setOut(model.road), answerBy: now + greetMs },
    [{ do: 'open', way, path: login.paths[way], token: login.token, userCode: model.typing }],
  ];
}

/** Asks how `login` stands; where the way lets nobody ask, a new connection begins with it. */
function watch(model: Model, login: Login, now: number): Step {
  if (model.road.way !== 'socket') return connect(model, login, now);
  const answerBy = now + (model.road.heard ? answerMs : greetMs);
  return [{ ...model, answerBy }, [{ do: 'watch', token: login.token, userCode: model.typing }]];
}

/** Asks once more, unless an answer is due anyway: a connection that is gone then shows. */
function askedAgain(model: Model, now: number): Step {
  const idle = !model.busy && model.answerBy === null;
  if (!open(model) || !model.login || model.link !== 'up' || !idle) return [model, []];
  return watch(model, model.login, now);
}

function typing(model: Model, now: number): Step {
  const { login, link, road } = model;
  if (!model.typing || model.userCode || !login || link === 'down' || !seeking(model)) return [model, []];
  if (road.way !== 'socket') return connect(model, login, now);
  return [model, link === 'up' ? [{ do: 'ask-user-code' }] : []];
}

function created(model: Model, made: NewLogin, key: string, now: number): Step {
  if (model.phase === 'approved') return [model, []];
  const free = { ...model, busy: false, reason: null, heldUntil: null };
  if (!seeking(free)) return [free, []];
  const { token, rotation, stepMs, linkPrefix, paths, client } = made;
  const times = { startedAt: now - made.elapsedMs, endsAt: now + made.ttlMs };
  const login: Login = { token, key, rotation, stepMs, linkPrefix, paths, client, ...times };
  const road = free.road.way === 'socket' ? free.road : { ...free.road, backAt: now };
  const next = { ...free, ...blank, login, road };
  return next.link === 'up' ? watch(next, login, now) : pursue(next, now);
}

function createFailed(model: Model, failure: Failure, now: number, random: number): Step {
  if (model.phase === 'approved') return [model, []];
  const free = { ...model, busy: false };
  if (!seeking(free)) return [free, []];
  const { status, problem, retryAfterMs } = failure;
  if (passing(status)) return [putOff(free, now, random, retryAfterMs), []];
  if (status === 429 && retryAfterMs !== null) {
    // The page says why it waits. The connection is not lost.
    return [{ ...putOff(free, now, random, retryAfterMs), lostAt: free.lostAt, reason: 'busy' }, []];
  }
  if (problem === 'client-unknown') return refused(free, 'client');
  return refused(free, status === 429 ? 'busy' : status === 403 ? 'origin' : 'broken');
}

/** Nothing is left to do here but to leave, and nothing may try to collect it once more. */
function collected(model: Model, redirectTo: string): Step {
  return [
    { ...model, ...down, phase: 'approved', login: null, busy: false, lostAt: null, retryAt: null },
    [{ do: 'forget' }, { do: 'close' }, { do: 'go', to: redirectTo }],
  ];
}

function collectFailed(model: Model, failure: Failure, now: number, random: number): Step {
  const free = { ...model, busy: false };
  if (free.phase !== 'approved') return pursue(free, now);
  const { status, problem } = failure;
  if (passing(status) || status === 429) return [putOff(free, now, random, failure.retryAfterMs), []];
  if (status === 403) return refused(free, problem === 'wrong-browser' ? 'browser' : 'origin');
  if (problem === 'redirect-not-registered' || problem === 'ticket-only') return refused(free, 'return');
  if (problem === 'not-approved') return refused(free, 'broken');
  return over(free, 'expired');
}

/** Failures that go away by themselves. */
function passing(status: number): boolean {
  return status === 0 || status === 408 || status >= 500;
}

function later(model: Model, now: number, random: number, leastMs: number): Model {
  const wait = leastMs + backoffMs(model.attempt, random);
  return { ...model, lostAt: model.lostAt ?? now, retryAt: now + wait, attempt: model.attempt + 1 };
}

/** A request that was refused is made again, whatever happens meanwhile not before the server wants it. */
function putOff(model: Model, now: number, random: number, retryAfterMs: number | null): Model {
  const after = later(model, now, random, retryAfterMs ?? 0);
  return retryAfterMs === null ? after : { ...after, heldUntil: after.retryAt };
}

function isHeld({ heldUntil }: Model, now: number): boolean {
  return heldUntil !== null && now < heldUntil;
}

function opened(model: Model, now: number): Step {
  const up: Model = { ...model, link: 'up', answerBy: null };
  if (!up.login) return [up, []];
  if (up.road.way === 'socket') return watch(up, up.login, now);
  return [{ ...up, answerBy: now + greetMs, quietBy: quietBy(up, now) }, []];
}

/** A long poll is answered or fails by itself, a WebSocket is asked; only an event stream may fall silent unnoticed. */
function quietBy({ road, link, askEveryMs: beatMs }: Model, now: number): number | null {
  return road.way === 'events' && link === 'up' ? now + (beatsMissedMax + 0.5) * beatMs : null;
}

function online(model: Model, now: number): Step {
  // Another network may let through what the last one did not.
  if (model.retryAt !== null) return pursue({ ...model, road: highRoad, attempt: 0, retryAt: null }, now);
  return askedAgain(model, now);
}

function seen(model: Model, now: number, random: number): Step {
  const [after, effects] = ticked(model, now, random);
  const [asked, more] = askedAgain(after, now);
  return [asked, [...effects, ...more]];
}

/** After sleep nothing is left of a connection; on another, the server says how the login stands. */
function leapt(model: Model, now: number): Step {
  if (!open(model) || !model.login) return [model, []];
  const unsure = { ...model, unsure: seeking(model) };
  return model.link === 'down' ? [unsure, []] : connect(unsure, model.login, now);
}

function probedOne(model: Model, works: boolean, now: number): Step {
  const after = { ...model, road: probed(model.road, works, now) };
  const changes = after.road.way !== model.road.way && open(after) && after.link !== 'down';
  return changes && after.login ? connect(after, after.login, now) : [after, []];
}

function framed(model: Model, frame: Frame, now: number, random: number): Step {
  if (!open(model)) return [model, []];
  const told: Model = { ...model, road: heardOn(model.road, now), quietBy: quietBy(model, now) };
  // What is still said of a login that was given up is no news of the next one.
  if (!model.login && frame.type !== 'hello' && frame.type !== 'reconnect') return [told, []];
  const steadyAt = model.steadyAt ?? now + steadyMs;
  const heard: Model = { ...told, answerBy: null, lostAt: null, retryAt: null, steadyAt, tokenFaults: 0 };
  switch (frame.type) {
    case 'hello':
      return [{ ...told, askEveryMs: frame.heartbeatMs || askEveryMs }, []];
    case 'user_code':
      return [{ ...told, userCode: frame.code }, []];
    case 'waiting':
      return seeking(model) ? waiting({ ...heard, userCode: frame.userCode || heard.userCode }, now, random) : [told, []];
    case 'scanned': {
      const askAt = model.road.way === 'socket' ? now + model.askEveryMs : null;
      const { name, number } = frame;
      return [{ ...heard, phase: 'scanned', reason: null, unsure: false, name, number, askAt }, []];
    }
    case 'approved':
      return pursue({ ...heard, phase: 'approved', askAt: null, steadyAt: null, attempt: 0, busy: false }, now);
    case 'denied':
      return over({ ...heard, denied: frame.reason }, 'declined');
    case 'expired':
      return dead(heard, now, random);
    case 'reconnect': {
      if (idle(told, now)) return [{ ...told, ...down }, [{ do: 'close' }]];
      const retryAt = now + frame.afterMs + Math.round(random * reconnectSpreadMs);
      return [{ ...told, ...down, lostAt: model.lostAt ?? now, retryAt }, [{ do: 'close' }]];
    }
  }
}

function waiting(model: Model, now: number, random: number): Step {
  const { login } = model;
  if (!login) return [model, []];
  if (model.unsure || now >= login.endsAt) return now >= model.stopAt ? stopped(model) : dead(model, now, random);
  const [after, effects] = pursue({ ...model, phase: 'waiting' }, now);
  return [after, [{ do: 'save', kept: { login, unsure: false } }, ...effects]];
}

/** The login is dead: unscanned, another takes its place; scanned, the person is asked. */
function dead(model: Model, now: number, random: number): Step {
  if (!seeking(model)) return over(model, 'expired');
  const bare: Model = { ...model, ...blank, phase: 'starting', answerBy: null };
  const young = model.login !== null && now < model.login.startedAt + steadyMs;
  const [after, effects] = pursue(young ? afterYoung(bare, now, random) : bare, now);
  return [after, [{ do: 'forget' }, ...effects]];
}

/** A login that did not last is a failed try: the first gives way at once, those after it ever more slowly. */
function afterYoung(model: Model, now: number, random: number): Model {
  const { attempt, lostAt } = model;
  const after = attempt === 0 ? { ...model, attempt: 1 } : putOff(model, now, random, 0);
  return { ...after, lostAt, steadyAt: null };
}

/** The chair is empty: the page shows nothing that works any more, and is no longer there for the server either. */
function stopped(model: Model): Step {
  const [after, effects] = over(model, 'expired');
  return [after, model.login ? [{ do: 'cancel', token: model.login.token }, ...effects] : effects];
}

/** A last screen, with one button that starts anew. */
function over(model: Model, phase: 'declined' | 'expired'): Step {
  return [
    { ...model, ...down, ...blank, phase, retryAt: null, lostAt: null },
    [{ do: 'forget' }, { do: 'close' }],
  ];
}

function refused(model: Model, reason: Reason): Step {
  const [after, effects] = over(model, 'expired');
  return [{ ...after, phase: 'refused', reason }, effects];
}

const consumedCode = 4101;

/** What the server's close code asks for: 40xx stop, 41xx a new login, all others the same login again, later. */
function closed(model: Model, code: number, now: number, random: number, afterMs = 0): Step {
  const gone: Model = { ...model, ...down };
  if (!open(model)) return [gone, []];
  if (code === 4001) {
    const faults = model.tokenFaults + 1;
    if (faults >= tokenFaultsMax) return refused(gone, 'broken');
    return dead({ ...gone, phase: 'starting', tokenFaults: faults }, now, random);
  }
  // Somebody collected it. If that was this page and the answer was lost, its key gets the same answer once more.
  if (code === consumedCode && gone.login) return pursue({ ...gone, phase: 'approved', busy: false }, now);
  if (code === 4003) return refused(gone, 'origin');
  if (code >= 4000 && code < 4100) return refused(gone, 'broken');
  if (code >= 4100 && code < 4200) return dead(gone, now, random);
  return lost(gone, code < 4000 ? lostOn(model.road, false) : model.road, now, random, afterMs);
}

/** Nothing is watched and none may be made yet: a connection is worth nothing now, and its end is no loss. */
function idle(model: Model, now: number): boolean {
  return model.login === null && isHeld(model, now);
}

/** Comes back after a while, or at once by the next way. */
function lost(model: Model, road: Road, now: number, random: number, afterMs = 0): Step {
  const gone: Model = { ...model, ...down, road };
  if (idle(gone, now)) return [gone, [{ do: 'close' }]];
  if (road.way === model.road.way || road.way === 'socket') {
    return [later(gone, now, random, afterMs), [{ do: 'close' }]];
  }
  const [after, effects] = pursue({ ...gone, lostAt: gone.lostAt ?? now, retryAt: null }, now);
  return [after, [{ do: 'close' }, ...effects]];
}

function ticked(model: Model, now: number, random: number): Step {
  const isDue = (time: number | null): boolean => time !== null && now >= time;
  const { login, road } = model;
  if (isDue(stopOf(model, now))) return stopped(model);
  if (isDue(endOf(model)) && open(model)) return dead(model, now, random);
  if (isDue(endOf(model))) return over(model, 'expired');
  if (isDue(model.answerBy)) return lost(model, lostOn(road, true), now, random);
  if (isDue(model.quietBy)) return lost(model, road, now, random);
  if (isDue(model.askAt)) return askedAgain({ ...model, askAt: now + model.askEveryMs }, now);
  if (login && isDue(road.backAt) && model.link === 'up' && open(model)) {
    return [{ ...model, road: { ...road, backAt: null } }, [{ do: 'probe', path: login.paths.socket }]];
  }
  if (model.retryAt !== null && now < model.retryAt) return [model, []];
  return pursue({ ...model, retryAt: null }, now);
}
