/** What stands in the QR code. Pure. */

/** Where the server opens a code's link, as it names it. The same place answers in capitals. */
const prefix = '/s/';

/**
 * The link to `code`, in capitals: they take 5.5 bits each in a QR code where small letters take 8, so that it has fewer
 * and larger modules. Scheme and host mean the same in either case (RFC 3986 §6.2.2.1). A prefix that may not is left.
 */
export function linkOf(origin: string, linkPrefix: string, code: string): string {
  const link = origin + linkPrefix + code;
  return linkPrefix === prefix ? link.toUpperCase() : link;
}
