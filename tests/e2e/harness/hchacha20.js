/**
 * HChaCha20 (draft-irtf-cfrg-xchacha §2.2): 32 bytes of subkey from 32 bytes of key and the first 16 of a nonce. With it,
 * Node's ChaCha20-Poly1305 makes XChaCha20-Poly1305.
 */

const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const columns = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]];
const diagonals = [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];

const rotated = (word, bits) => (word << bits) | (word >>> (32 - bits));

function quarterRound(state, [a, b, c, d]) {
  state[a] += state[b];
  state[d] = rotated(state[d] ^ state[a], 16);
  state[c] += state[d];
  state[b] = rotated(state[b] ^ state[c], 12);
  state[a] += state[b];
  state[d] = rotated(state[d] ^ state[a], 8);
  state[c] += state[d];
  state[b] = rotated(state[b] ^ state[c], 7);
}

export function hChaCha20(key, nonce) {
  const state = new Uint32Array(16);
  state.set(constants);
  for (let at = 0; at < 8; at += 1) state[4 + at] = key.readUInt32LE(at * 4);
  for (let at = 0; at < 4; at += 1) state[12 + at] = nonce.readUInt32LE(at * 4);
  for (let round = 0; round < 10; round += 1) {
    for (const four of columns) quarterRound(state, four);
    for (const four of diagonals) quarterRound(state, four);
  }
  const subkey = Buffer.alloc(32);
  for (let at = 0; at < 4; at += 1) {
    subkey.writeUInt32LE(state[at], at * 4);
    subkey.writeUInt32LE(state[12 + at], 16 + at * 4);
  }
  return subkey;
}
