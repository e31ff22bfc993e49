import { readCode } from '../shared/code';
import { readUserCode } from '../shared/user-code';

/** What a code that the camera saw says. Pure. */

/**
 * The path of the phone's page in a link of this very site: `ORIGIN/s/CODE`, in any case, for codes are often written
 * in capitals alone. Null for everything else: the scanner leads nowhere but there.
 */
export function pathOfLink(text: string, origin: string): string | null {
  let link: URL;
  try {
    link = new URL(text);
  } catch {
    return null;
  }
  const [, code = ''] = /^\/s\/([^/]+)$/i.exec(link.pathname) ?? [];
  const read = readUserCode(code) ?? readCode(code);
  return link.origin === origin && read !== null ? `/s/${read}` : null;
}
