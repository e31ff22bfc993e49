import { readUserCode } from '../shared/user-code';

/**
 * What the phone shows for its scan. The code in the address soon runs out; the page is served with a sealed handle
 * that outlives it while the person signs in. sessionStorage keeps the handle for a reload: one, for one code. It ends
 * with the tab, and says nothing to anybody but the server. Pure.
 */

const key = 'latchkey.handle';

/** Even to name the storage throws where it is forbidden. */
type Storage = () => Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** What the server put into the page: a handle, or the problem with the code; both empty for a typed code. */
export interface Served {
  readonly handle: string;
  readonly problem: string;
}

/** `meta` gives the content of a `<meta>` by its name. What the server did not fill in counts as empty. */
export function readServed(meta: (name: string) => string | null): Served {
  const [handle = '', problem = ''] = ['latchkey-handle', 'latchkey-problem'].map(meta).map((value) => value ?? '');
  return { handle: /^[\w-]+$/.test(handle) ? handle : '', problem: /^[a-z-]+$/.test(problem) ? problem : '' };
}

export function keepHandle(storage: Storage, code: string, handle: string): void {
  try {
    storage().setItem(key, `${code} ${handle}`);
  } catch {
    // Storage is full or forbidden: a reload then depends on the code.
  }
}

/** The handle kept for this code; empty when there is none. */
export function keptHandle(storage: Storage, code: string): string {
  try {
    const [of = '', handle = ''] = (storage().getItem(key) ?? '').split(' ');
    return of === code ? handle : '';
  } catch {
    return '';
  }
}

/** The body of the scan; or, when nothing can come of one, the problem with it. */
export type Start = { readonly body: object } | { readonly problem: string };

/** A new page's handle is the younger one; a kept one may outlive what is wrong with the code meanwhile. */
export function startOf(code: string, served: Served, kept: string): Start {
  const handle = served.handle || kept;
  if (handle) return { body: { handle } };
  if (served.problem) return { problem: served.problem };
  const userCode = readUserCode(code);
  return { body: userCode ? { user_code: userCode } : { code } };
}
