import { invalidState } from '../../core/errors.ts';
import type { Payment, PaymentStatus } from '../../generated/prisma/client.ts';

/** What a payment can become, by what it is. A failed one may still arrive; what was refunded stays so. */
const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['RECEIVED', 'FAILED'],
  FAILED: ['RECEIVED'],
  RECEIVED: ['REFUNDED'],
  REFUNDED: [],
};

/** What a payment can be recorded as. */
export const FIRST_STATUSES = ['PENDING', 'RECEIVED', 'FAILED'] as const satisfies readonly PaymentStatus[];

/** Refuses a transition that is not in the table, and says what is possible; throws INVALID_STATE. */
export function requireTransition({ status }: Payment, to: PaymentStatus): void {
  if (NEXT[status].includes(to)) return;
  const possible = NEXT[status].join(' or ');
  const rest = possible ? `it can become ${possible}, not ${to}` : 'that is final';
  throw invalidState(`The payment is ${status}: ${rest}.`, 'id');
}

/** Refuses what would alter or remove money that has come in: its amount, its currency, its record; throws INVALID_STATE. */
export function requireNotReceived({ status }: Payment, refusal: string, ...path: string[]): void {
  if (wasReceived(status)) throw invalidState(`The payment is ${status}: ${refusal}.`, ...path);
}

/** Whether the money has come in, be it that it went back since. */
function wasReceived(status: PaymentStatus): boolean {
  return status === 'RECEIVED' || status === 'REFUNDED';
}
