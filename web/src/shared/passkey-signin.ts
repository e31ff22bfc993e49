import { whileBusy } from './busy';
import { fault, one } from './dom';
import { autofillPossible, passkeysPossible, signInWithPasskey, type Done } from './passkeys';
import type { Account } from './wire';

/** A challenge lives for five minutes: an offer that waits longer is made anew. */
const offerMs = 4 * 60_000;

/**
 * The passkey's part of a sign-in form: a button, and passkeys among what the browser fills in. Where the browser has none
 * for this page, nothing of it is shown.
 */
export function passkeySignIn(form: HTMLFormElement, done: (account: Account) => Promise<void> | void): void {
  if (!passkeysPossible()) return;
  const part = one('[data-passkey]', form);
  const button = one('[data-passkey-go]', part);
  let offered = new AbortController();
  part.hidden = false;

  const settle = async (outcome: Done<Account>): Promise<boolean> => {
    if ('done' in outcome) {
      fault(form, null);
      await done(outcome.done);
      return true;
    }
    if (outcome.fault === 'passkeys-off') part.hidden = true;
    if (outcome.fault !== 'cancelled') fault(form, outcome.fault);
    return false;
  };

  /** Waits in the name field's own list until somebody chooses one there. */
  const offer = async (): Promise<void> => {
    if (!(await autofillPossible())) return;
    offered = new AbortController();
    const mine = offered;
    const renew = setTimeout(() => {
      mine.abort();
      void offer();
    }, offerMs);
    const outcome = await signInWithPasskey('conditional', mine.signal);
    clearTimeout(renew);
    // Nobody chose anything: what kept the offer from being made is no concern of theirs.
    if ('fault' in outcome && outcome.fault === 'passkeys-off') part.hidden = true;
    const silent = 'fault' in outcome && !outcome.fault.startsWith('passkey-');
    if (!mine.signal.aborted && !silent && !(await settle(outcome))) void offer();
  };

  button.addEventListener('click', () => {
    void whileBusy(button, async () => {
      // A browser has one such request at a time.
      offered.abort();
      fault(form, null);
      const signedIn = await settle(await signInWithPasskey('optional', new AbortController().signal));
      if (!signedIn) void offer();
    });
  });
  // On the phone's page the form comes up only when nobody is signed in.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    seen.disconnect();
    void offer();
  });
  seen.observe(part);
}
