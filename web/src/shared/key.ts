/** Length of the random part of a key. */
export const keyBytes = 16;

/**
 * `bytes` as base64url without padding: the key that each try to collect one login carries, so that the server knows a
 * repeat of this page from anybody else's try. Pure.
 */
export function keyOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}
