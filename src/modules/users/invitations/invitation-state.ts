import { invalidInput, invalidState, type UserErrors } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import type { Invitation } from '../../../generated/prisma/client.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAX_DAYS = 30;
/** The days for which an invitation is open, unless the client says when it ends. */
export const DEFAULT_DAYS = 7;

const STATE = sentences('INVALID_STATE', {
  INVITATION_ENDED: 'The invitation is {status}: invite again.',
  INVITATION_EXPIRED: 'The invitation has expired: ask for another one.',
});
const END = sentences('INVALID_INPUT', {
  INVITATION_LIFETIME: 'An invitation ends in the future, and within {days} days from now.',
});

/** The end of an invitation of this moment; throws UserErrors for one that is past or too far ahead. */
export function endOf(wanted: Date | null | undefined, now: Date, path: readonly string[]): Date {
  const end = wanted ?? new Date(now.getTime() + DEFAULT_DAYS * DAY_MS);
  const lifetime = end.getTime() - now.getTime();
  if (lifetime > 0 && lifetime <= MAX_DAYS * DAY_MS) return end;
  throw invalidInput(END.INVITATION_LIFETIME({ days: MAX_DAYS }), ...path);
}

/** Refuses to change an invitation that is not open any more, also one whose end has come and is not recorded yet. */
export function requirePending({ status, expiresAt }: Invitation, now: Date): void {
  if (status !== 'PENDING') throw invalidState(STATE.INVITATION_ENDED({ status }), 'id');
  if (expiresAt <= now) throw invalidState(STATE.INVITATION_ENDED({ status: 'EXPIRED' }), 'id');
}

/** The refusal of a person who accepts too late. */
export function expired(): UserErrors {
  return invalidState(STATE.INVITATION_EXPIRED(), 'input', 'token');
}
