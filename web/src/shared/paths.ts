/** Which addresses a page may send a person to. Pure. */

const nowhere = 'https://own.invalid';

/**
 * `next` when it is a path of this very site, else `fallback`.
 * Refuses other hosts in every disguise a browser would accept: `//host`, `/\host`, tabs and line breaks inside.
 */
export function ownPath(next: string | null, fallback: string): string {
  if (!next || !next.startsWith('/') || /^\/[/\\]/.test(next)) return fallback;
  if (/[\u0000-\u0020\u007f\\]/.test(next)) return fallback;
  let url: URL;
  try {
    url = new URL(next, nowhere);
  } catch {
    return fallback;
  }
  if (url.origin !== nowhere || url.pathname.startsWith('//')) return fallback;
  return url.pathname + url.search + url.hash;
}

/** Where the server sends a signed-in page: a web address (a registered application's, later) or an own path. */
export function target(redirectTo: string, here: string): string | null {
  let url: URL;
  try {
    url = new URL(redirectTo, here);
  } catch {
    return null;
  }
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}

/** The address of a WebSocket at `path` on the host of `here`. */
export function socketAddress(path: string, here: string): string {
  const url = new URL(path, here);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
