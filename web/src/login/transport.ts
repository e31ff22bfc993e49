import type { Effect, Event } from './model';
import type { Way } from './road';
import { openEvents } from './transport-events';
import { openPoll } from './transport-poll';
import { openSocket } from './transport-socket';

/** One small door to the three ways of hearing about a login. */

export type Opening = Extract<Effect, { readonly do: 'open' }>;

/** What a connection tells: `opened` once, then frames and beats, last and once `closed`. */
export type Heard = (event: Extract<Event, { readonly is: 'opened' | 'frame' | 'beat' | 'closed' }>) => void;

export interface Connection {
  /** Only a WebSocket hears what the page says; the other ways ask with each request. */
  say(message: object): void;
  close(): void;
}

const ways: Readonly<Record<Way, (opening: Opening, heard: Heard) => Connection>> = {
  socket: openSocket,
  events: openEvents,
  poll: openPoll,
};

/** Opens a connection. Once it was closed, from here or there, it tells nothing more. */
export function connect(opening: Opening, heard: Heard): Connection {
  let live = true;
  const connection = ways[opening.way](opening, (event) => {
    if (!live) return;
    live = event.is !== 'closed';
    heard(event);
  });
  return {
    say: (message) => connection.say(message),
    close: () => {
      live = false;
      connection.close();
    },
  };
}
