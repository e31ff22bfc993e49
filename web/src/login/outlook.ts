import type { Login, Model, Screen } from './model';
import { lastStep, stepAt } from '../shared/rotation';

/** What the model of the login page comes to at a moment: the screen, the code on it, when to look again. Pure. */

/** After so long without an answer from a phone the page stops showing codes and asks whether anybody is there. */
export const stopAfterMs = 5 * 60_000;
/** A connection lost for less than this is not worth a word. */
export const graceMs = 1_000;
/** After the end of a login a late approval can be collected so long. */
export const lateMs = 60_000;

/** What a person should see now. */
export function screenOf(model: Model, now: number): Screen {
  if (!seeking(model)) return model.phase;
  if (isLost(model, now)) return 'offline';
  if (model.login === null && model.reason) return 'refused';
  return showsCode(model, now) ? 'waiting' : 'starting';
}

/** Whether the connection is gone for so long that it must be said, on whatever screen. */
export function isLost(model: Model, now: number): boolean {
  return model.lostAt !== null && now >= model.lostAt + graceMs;
}

/** Which code of `login` is the present one. */
export function stepOf(login: Login, now: number): number {
  return Math.min(lastStep, stepAt(0, now - login.startedAt, login.stepMs));
}

/** When to send the next `tick`; null when only the outside can change anything. */
export function wakeAt(model: Model, now: number): number | null {
  const times = [model.retryAt, model.answerBy, model.quietBy, model.askAt, stopOf(model, now), endOf(model)];
  if (model.lostAt !== null && !isLost(model, now)) times.push(model.lostAt + graceMs);
  const { login } = model;
  if (login && open(model) && model.link === 'up') times.push(model.road.backAt);
  if (login && showsCode(model, now)) {
    const next = login.startedAt + (stepOf(login, now) + 1) * login.stepMs;
    times.push(next > now ? Math.min(next, login.endsAt) : login.endsAt);
  }
  const due = times.filter((time) => time !== null);
  return due.length > 0 ? Math.min(...due) : null;
}

/** Still looking for a phone. */
export function seeking(model: Model): boolean {
  return model.phase === 'starting' || model.phase === 'waiting';
}

/** Something may still be heard of a login. */
export function open(model: Model): boolean {
  return seeking(model) || model.phase === 'scanned';
}

/** When to ask whether anybody is there; null when the present login must first be heard of, or nobody is sought. */
export function stopOf(model: Model, now: number): number | null {
  const mustHear = model.unsure && model.login !== null && now < model.login.endsAt + lateMs;
  return seeking(model) && !mustHear ? model.stopAt : null;
}

/**
 * When nothing can come of the present login any more; null without one. As long as it was not heard since, a late
 * approval may wait to be collected.
 */
export function endOf({ phase, login, link, lostAt, answerBy, unsure }: Model): number | null {
  if (login === null) return null;
  const known = phase !== 'approved' && !unsure && link === 'up' && lostAt === null && answerBy === null;
  return login.endsAt + (known ? 0 : lateMs);
}

function showsCode({ phase, login, unsure }: Model, now: number): boolean {
  return phase === 'waiting' && login !== null && !unsure && now < login.endsAt;
}
