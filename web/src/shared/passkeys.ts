import { ask, succeeded, type Answer } from './http';
import {
  readAccount,
  readCreationOptions,
  readPasskey,
  readSignInOptions,
  type Account,
  type CreationOptions,
  type Passkey,
  type ToSign,
} from './wire';

/** Passkeys in this browser: a challenge from the server, an answer from the authenticator, and what the server says. */

/**
 * How it went, when it did not go well. `cancelled`: the person closed the browser's window, or was too slow; `known`: this
 * authenticator has a passkey of this account already; else the word of the server's problem, or `unreachable`, or `other`.
 */
export type Fault = string;
export type Done<T> = { readonly done: T } | { readonly fault: Fault };

/** Whether this browser may have passkeys here: they belong to a name, never to an address. */
export function passkeysPossible({ location, isSecureContext, PublicKeyCredential }: Place = globalThis): boolean {
  const { hostname } = location;
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return isSecureContext && typeof PublicKeyCredential === 'function' && !isAddress;
}
interface Place {
  readonly location: { readonly hostname: string };
  readonly isSecureContext: boolean;
  readonly PublicKeyCredential?: unknown;
}

/** Whether the browser can offer passkeys among what it fills in by itself. */
export async function autofillPossible(): Promise<boolean> {
  const ask = globalThis.PublicKeyCredential?.isConditionalMediationAvailable;
  return ask ? await ask.call(globalThis.PublicKeyCredential).catch(() => false) : false;
}

/** Signs in with whatever passkey the person chooses. `until` gives up a request that waits. */
export async function signInWithPasskey(mediation: CredentialMediationRequirement, until: AbortSignal): Promise<Done<Account>> {
  const asked = await ask('POST', '/v1/session/challenge', {});
  const options = succeeded(asked) ? readSignInOptions(asked.body) : null;
  if (!options) return faultOf(asked);
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytesOf(options.challenge),
    rpId: options.rpId,
    timeout: options.timeoutMs,
    userVerification: 'required',
  };
  const credential = await chosen(() => navigator.credentials.get({ publicKey, mediation, signal: until }));
  if ('fault' in credential) return credential;
  const answer = await ask('POST', '/v1/session', { passkey: assertionJson(credential.done) });
  const account = succeeded(answer) ? readAccount(answer.body) : null;
  if (account) return { done: account };
  if (answer.problem === 'passkey-unknown') forgetUnknown(options.rpId, credential.done.id);
  return faultOf(answer);
}

/** Signs a text with one of these passkeys: the challenge is its SHA-256. An AuthenticationResponseJSON. */
export async function signText(text: string, { rpId, passkeys }: Pick<ToSign, 'rpId' | 'passkeys'>): Promise<Done<object>> {
  if (!passkeysPossible()) return { fault: 'passkeys-off' };
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)),
    rpId,
    allowCredentials: passkeys.map(({ id, transports }) => ({
      type: 'public-key',
      id: bytesOf(id),
      transports: transports as AuthenticatorTransport[],
    })),
    userVerification: 'required',
  };
  const credential = await chosen(() => navigator.credentials.get({ publicKey }));
  return 'fault' in credential ? credential : { done: assertionJson(credential.done) };
}

/** Makes a passkey for whoever is signed in. */
export async function addPasskey(): Promise<Done<Passkey>> {
  const asked = await ask('POST', '/v1/me/passkeys/challenge', {});
  const options = succeeded(asked) ? readCreationOptions(asked.body) : null;
  if (!options) return faultOf(asked);
  const credential = await created(options);
  if ('fault' in credential) return credential;
  const answer = await ask('POST', '/v1/me/passkeys', { credential: credential.done });
  const passkey = succeeded(answer) ? readPasskey(answer.body) : null;
  return passkey ? { done: passkey } : faultOf(answer);
}

/** Makes an account of that name with its first passkey, and answers what the server says of it. */
export async function makeFirstPasskey(token: string, name: string): Promise<Done<Answer>> {
  const asked = await ask('POST', '/v1/join/challenge', { token, name });
  const options = succeeded(asked) ? readCreationOptions(asked.body) : null;
  if (!options) return { done: asked };
  const credential = await created(options);
  if ('fault' in credential) return credential;
  return { done: await ask('POST', '/v1/join', { token, name, user: options.user.id, credential: credential.done }) };
}

/** RegistrationResponseJSON of a new passkey. */
async function created(options: CreationOptions): Promise<Done<object>> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytesOf(options.challenge),
    rp: options.rp,
    user: { id: bytesOf(options.user.id), name: options.user.name, displayName: options.user.name },
    pubKeyCredParams: options.algorithms.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: options.had.map((id) => ({ type: 'public-key', id: bytesOf(id) })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    timeout: options.timeoutMs,
  };
  const credential = await chosen(() => navigator.credentials.create({ publicKey }));
  return 'fault' in credential ? credential : { done: registrationJson(credential.done) };
}

function faultOf(answer: Answer): { readonly fault: Fault } {
  return { fault: answer.status === 429 ? 'too-many-requests' : answer.problem || 'other' };
}

/** What the browser's window came to. */
async function chosen(open: () => Promise<Credential | null>): Promise<Done<PublicKeyCredential>> {
  try {
    const credential = await open();
    return credential ? { done: credential as PublicKeyCredential } : { fault: 'cancelled' };
  } catch (error) {
    return { fault: faultOfName(error instanceof Error ? error.name : '') };
  }
}

/** Browsers tell neither what is on an authenticator nor why a person closed their window. */
export function faultOfName(name: string): Fault {
  switch (name) {
    case 'NotAllowedError':
    case 'AbortError':
      return 'cancelled';
    case 'InvalidStateError':
      return 'passkey-known';
    case 'SecurityError':
    case 'NotSupportedError':
      return 'passkeys-off';
    default:
      return 'other';
  }
}

/** AuthenticationResponseJSON. */
function assertionJson(credential: PublicKeyCredential): object {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    type: 'public-key',
    id: credential.id,
    rawId: textOf(credential.rawId),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      ...(response.userHandle ? { userHandle: textOf(response.userHandle) } : {}),
    },
    clientExtensionResults: {},
  };
}

/** RegistrationResponseJSON. */
function registrationJson(credential: PublicKeyCredential): object {
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    type: 'public-key',
    id: credential.id,
    rawId: textOf(credential.rawId),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      // Browsers before 2022 do not say.
      transports: response.getTransports?.() ?? [],
    },
    clientExtensionResults: {},
  };
}

/** Lets the authenticator know that this passkey opens nothing here any more, where a browser can (Level 3 §5.1.10). */
function forgetUnknown(rpId: string, credentialId: string): void {
  const known = PublicKeyCredential as unknown as { signalUnknownCredential?: (of: object) => Promise<void> };
  void known.signalUnknownCredential?.({ rpId, credentialId }).catch(() => undefined);
}

/** Base64url without padding, as everything on the wire. */
export function textOf(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
