/**
 * Which way the page hears of its login: a WebSocket where one can be had, else an event stream, else a long poll. Pure.
 *
 * A way is doubted only while it has said nothing: what worked and broke off is tried again as it was. After the last
 * way the first is tried anew, since a server that is away fails on all of them. From another way the page looks, on
 * the side, whether a WebSocket works by now, and goes back when it does.
 */

export type Way = 'socket' | 'events' | 'poll';

/** A WebSocket that failed to open so often in a row is taken for blocked. */
export const socketFaultsMax = 2;
/** How long another way is kept before a WebSocket is looked for again … */
export const backAfterMs = 3 * 60_000;
/** … and when one had worked on this page: then the server was away, more likely than the way. */
export const backSoonMs = 20_000;

export interface Road {
  readonly way: Way;
  /** WebSockets in a row that came to nothing. */
  readonly faults: number;
  /** The present connection has said something. */
  readonly heard: boolean;
  /** A WebSocket has worked on this page, and none was seen to fail since. */
  readonly worked: boolean;
  /** When to look for a WebSocket again; null while that is pointless. */
  readonly backAt: number | null;
}

export const highRoad: Road = { way: 'socket', faults: 0, heard: false, worked: false, backAt: null };

/** A connection begins. */
export function setOut(road: Road): Road {
  return { ...road, heard: false };
}

/** The server said something. */
export function heardOn(road: Road, now: number): Road {
  if (road.way === 'socket') return { ...highRoad, heard: true, worked: true };
  return { ...road, heard: true, backAt: road.backAt ?? now + (road.worked ? backSoonMs : backAfterMs) };
}

/** The connection came to nothing. `mute`: it was given its time and said nothing, so there is no use in trying again. */
export function lostOn(road: Road, mute: boolean): Road {
  if (road.heard) return road;
  switch (road.way) {
    case 'socket': {
      const faults = road.faults + 1;
      return mute || faults >= socketFaultsMax ? { ...road, way: 'events', faults: 0 } : { ...road, faults };
    }
    case 'events':
      return { ...road, way: 'poll' };
    case 'poll':
      return { ...highRoad, worked: road.worked };
  }
}

/** A WebSocket was looked for on the side. */
export function probed(road: Road, works: boolean, now: number): Road {
  if (road.way === 'socket') return road;
  return works ? highRoad : { ...road, worked: false, backAt: now + backAfterMs };
}
