import { readInstant } from '../../core/requests/instant.ts';
import type { Consent, ConsentState } from '../../generated/prisma/client.ts';
import { isPastEnd } from './consent-transitions.ts';

type StateAndEnd = Pick<Consent, 'state' | 'expiresAt'>;

/**
 * Writes the consents of one subject as a column of its row: a purpose, its state and its end, if it has one, in each
 * text. A tenant has a hundred purposes at most, so an image of the row grows by a few kilobytes at worst.
 */
export function consentStatesOf(consents: readonly (StateAndEnd & Pick<Consent, 'purposeId'>)[]): string[] {
  return consents
    .map(({ purposeId, state, expiresAt }) =>
      [purposeId, state, ...(expiresAt ? [expiresAt.toISOString()] : [])].join(' '),
    )
    .toSorted();
}

/**
 * Reads the state of the consent to a purpose at a time; null if the subject was never asked. A consent past its end is
 * EXPIRED, also while its row does not say so yet.
 */
export function stateAt(states: readonly string[], purposeId: string, now: Date): ConsentState | null {
  const consent = consentTo(states, purposeId);
  return consent && isPastEnd(consent, now) ? 'EXPIRED' : (consent?.state ?? null);
}

function consentTo(states: readonly string[], purposeId: string): StateAndEnd | null {
  const [, state, end] = states.find((one) => one.startsWith(`${purposeId} `))?.split(' ') ?? [];
  if (!state) return null;
  return { state: state as ConsentState, expiresAt: end ? readInstant(end) : null };
}
