import { cameOf } from './came';
import { steadyClock } from './clock';
import { fresh, greetMs, step } from './machine';
import type { Effect, Event, Model } from './model';
import { isLost, screenOf, wakeAt } from './outlook';
import { forget, load, save } from './saved';
import { connect, type Connection, type Opening } from './transport';
import { probe } from './transport-socket';
import { View } from './view';
import { all, one } from '../shared/dom';
import { frame } from '../shared/frame';
import { ask, succeeded } from '../shared/http';
import { keyBytes, keyOf } from '../shared/key';
import { passkeysPossible } from '../shared/passkeys';
import { target } from '../shared/paths';
import { readNewLogin, readRedirect, readSession } from '../shared/wire';

/** The edge of the login page: carries out what the machine decides and tells it what happens. Tokens stay in here. */

/** Which application sent the person here (`?client=`; empty: nobody), and where that one wants them back. */
const query = new URLSearchParams(location.search);
const clientId = query.get('client') ?? '';
const returnTo = clientId ? query.get('redirect_to') : null;

let leapt = false;
const clock = steadyClock(() => performance.now(), () => Date.now(), () => (leapt = true));
const view = new View(clientId !== '');
// Whoever an application sent here signs in there, and not to this installation.
one('[data-here]').classList.toggle('useful', clientId === '' && passkeysPossible());
let model: Model = fresh;
let connection: Connection | null = null;
let timer = 0;
/** When the timer should ring. A page that was frozen, by sleep or in the background, finds out by ringing late. */
let ringsAt: number | null = null;
const lateMs = 15_000;

function send(event: Event): void {
  const now = clock();
  if (leapt || (ringsAt !== null && now > ringsAt + lateMs)) {
    leapt = false;
    ringsAt = null;
    take({ is: 'leapt' }, now);
  }
  take(event, now);
  schedule();
}

function take(event: Event, now: number): void {
  const [after, effects] = step(model, event, now, Math.random());
  model = after;
  view.draw(model, screenOf(model, now), isLost(model, now), now);
  for (const effect of effects) carryOut(effect);
}

/** One timer for whatever comes next. */
function schedule(): void {
  clearTimeout(timer);
  const now = clock();
  const at = wakeAt(model, now);
  ringsAt = at;
  if (at !== null) timer = window.setTimeout(() => send({ is: 'tick' }), Math.max(0, Math.ceil(at - now)));
}

function carryOut(effect: Effect): void {
  switch (effect.do) {
    case 'create':
      return void create();
    case 'collect':
      return void collect(effect.token, effect.key, effect.madeAt);
    case 'cancel':
      return void ask('DELETE', '/v1/logins/current', undefined, { token: effect.token });
    case 'open':
      return open(effect);
    case 'close':
      return close();
    case 'watch':
      connection?.say({ type: 'watch', token: effect.token });
      if (effect.userCode) connection?.say({ type: 'user_code' });
      return;
    case 'ask-user-code':
      return connection?.say({ type: 'user_code' });
    case 'probe':
      return void probe(effect.path, greetMs).then((works) => send({ is: 'probed', works }));
    case 'save':
      return save(sessionStorage, effect.kept, clientId, clock(), Date.now());
    case 'forget':
      return forget(sessionStorage);
    case 'go':
      return location.replace(effect.to);
  }
}

async function create(): Promise<void> {
  const answer = await ask('POST', '/v1/logins', clientId ? { client: clientId } : undefined);
  const login = succeeded(answer) ? readNewLogin(answer.body) : null;
  const key = keyOf(crypto.getRandomValues(new Uint8Array(keyBytes)));
  if (login) send({ is: 'created', login, key });
  else send({ is: 'create-failed', ...answer });
}

async function collect(token: string, key: string, madeAt: number): Promise<void> {
  const body = returnTo ? { redirect_to: returnTo } : undefined;
  const answer = await ask('POST', '/v1/logins/current/collect', body, { token, key });
  const redirect = readRedirect(answer.body);
  const redirectTo = succeeded(answer) && redirect ? target(redirect, location.href) : null;
  if (redirectTo) return send({ is: 'collected', redirectTo });
  // Where an application wants its people only the server says; half an answer is asked for once more.
  if (clientId) return send({ is: 'collect-failed', ...answer, status: succeeded(answer) ? 0 : answer.status });
  // A session that came with half an answer, or with one that never arrived, is a session.
  const mayBeHere = succeeded(answer) || answer.problem === 'already-collected';
  const here = mayBeHere ? await ask('GET', '/v1/session') : null;
  if (here && cameOf(readSession(here.body), clock() - madeAt)) return send({ is: 'collected', redirectTo: '/dashboard' });
  // While nobody says whether it is here, the login is not given up.
  send({ is: 'collect-failed', ...(here && here.status !== 401 && !succeeded(here) ? here : answer) });
}

function open(opening: Opening): void {
  close();
  connection = connect(opening, send);
}

function close(): void {
  connection?.close();
  connection = null;
}

frame();
for (const button of all('[data-again]')) button.addEventListener('click', () => send({ is: 'again' }));
const typing = one<HTMLDetailsElement>('details.type');
typing.addEventListener('toggle', () => send({ is: 'typing', open: typing.open }));
window.addEventListener('online', () => send({ is: 'online' }));
window.addEventListener('offline', () => send({ is: 'offline' }));
document.addEventListener('visibilitychange', () => send({ is: document.visibilityState === 'visible' ? 'seen' : 'tick' }));
// As late as can be: what is saved says how old the login is at least, whatever happens to the clock on the wall.
window.addEventListener('pagehide', () => {
  const { login, unsure } = model;
  if (login) save(sessionStorage, { login, unsure }, clientId, clock(), Date.now());
});
// Back from the dashboard, out of the browser's memory: what stands here is over.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
send({ is: 'start', saved: load(sessionStorage, clientId, clock(), Date.now()) });
