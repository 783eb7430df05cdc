import { invalidState } from '../../core/requests/errors.ts';
import type { Payment, PaymentStatus } from '../../generated/prisma/client.ts';

/** The statuses that can follow each status. A FAILED payment can still be received; REFUNDED is final. */
const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['RECEIVED', 'FAILED'],
  FAILED: ['RECEIVED'],
  RECEIVED: ['REFUNDED'],
  REFUNDED: [],
};

/** The statuses that a payment can be recorded with. */
export const FIRST_STATUSES = ['PENDING', 'RECEIVED', 'FAILED'] as const satisfies readonly PaymentStatus[];

/** Refuses a transition that is not in the table; throws INVALID_STATE, with the possible ones in the message. */
export function requireTransition({ status }: Payment, to: PaymentStatus): void {
  if (NEXT[status].includes(to)) return;
  const possible = NEXT[status].join(' or ');
  const rest = possible ? `it can become ${possible}, not ${to}` : 'that is final';
  throw invalidState(`The payment is ${status}: ${rest}.`, 'id');
}

/** Refuses a payment that was received, whose amount cannot change and which cannot be deleted; throws INVALID_STATE. */
export function requireNotReceived({ status }: Payment, refusal: string, ...path: string[]): void {
  if (wasReceived(status)) throw invalidState(`The payment is ${status}: ${refusal}.`, ...path);
}

/** Whether the payment was received, even if it has been refunded since. */
function wasReceived(status: PaymentStatus): boolean {
  return status === 'RECEIVED' || status === 'REFUNDED';
}
