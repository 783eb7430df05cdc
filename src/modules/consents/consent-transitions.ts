import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Consent, ConsentState, ConsentStep } from '../../generated/prisma/client.ts';

/**
 * The state after each step, by the state before it; a step without an entry is refused. NONE: the subject has never
 * been asked. REQUEST is the first half of a double opt-in, CONFIRM the second. Only GRANT and CONFIRM lead to GRANTED,
 * and both name the notice that was shown. A revocation is always possible, also before any grant: it is a refusal then.
 * SUPERSEDE follows from a notice that requires consent again, and touches nothing but what is GRANTED.
 */
const NEXT: Readonly<Record<ConsentState | 'NONE', { readonly [Step in ConsentStep]?: ConsentState }>> = {
  NONE: { REQUEST: 'PENDING', GRANT: 'GRANTED', REVOKE: 'REVOKED' },
  PENDING: { REQUEST: 'PENDING', GRANT: 'GRANTED', CONFIRM: 'GRANTED', REVOKE: 'REVOKED', EXPIRE: 'EXPIRED' },
  GRANTED: {
    REQUEST: 'PENDING',
    GRANT: 'GRANTED',
    CONFIRM: 'GRANTED',
    REVOKE: 'REVOKED',
    EXPIRE: 'EXPIRED',
    SUPERSEDE: 'PENDING',
  },
  REVOKED: { REQUEST: 'PENDING', GRANT: 'GRANTED', REVOKE: 'REVOKED' },
  EXPIRED: { REQUEST: 'PENDING', GRANT: 'GRANTED', REVOKE: 'REVOKED' },
};

const CONSENT = sentences('INVALID_STATE', {
  CONSENT_NOT_NEXT: 'The consent is {state}: its next step can be {possible}.',
});

/** Returns the state after a step, null for no consent; throws INVALID_STATE for a step that the state does not allow. */
export function stateAfter(state: ConsentState | null, step: ConsentStep): ConsentState {
  const next = NEXT[state ?? 'NONE'][step];
  if (next) return next;
  throw invalidState(CONSENT.CONSENT_NOT_NEXT({ state: state ?? 'NONE', possible: possible(state) }), 'id');
}

/** Whether a step, with the notice that it names, would repeat what holds already. It then writes nothing. */
export function holdsAlready(
  { state, noticeVersion }: Pick<Consent, 'state' | 'noticeVersion'>,
  step: ConsentStep,
  shown: number | null,
): boolean {
  if (step === 'REVOKE') return state === 'REVOKED';
  if (step === 'CONFIRM') return state === 'GRANTED';
  if (step === 'EXPIRE') return state === 'EXPIRED';
  if (step === 'SUPERSEDE') return state !== 'GRANTED';
  return noticeVersion === shown && (state === 'GRANTED' || (step === 'REQUEST' && state === 'PENDING'));
}

/** Whether a consent has reached its end although its row does not say so yet. */
export function isPastEnd({ state, expiresAt }: Pick<Consent, 'state' | 'expiresAt'>, now: Date): boolean {
  const canEnd = NEXT[state].EXPIRE !== undefined;
  return canEnd && expiresAt !== null && expiresAt <= now;
}

/** The steps that a client takes; a grant takes REQUEST where the purpose has a double opt-in, and the others are the system's. */
const OF_CLIENTS: readonly ConsentStep[] = ['GRANT', 'CONFIRM', 'REVOKE'];

function possible(state: ConsentState | null): string {
  const next = NEXT[state ?? 'NONE'];
  return OF_CLIENTS.filter((step) => next[step]).join(', ');
}
