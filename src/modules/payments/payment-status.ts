import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
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

const PAYMENT = sentences('INVALID_STATE', {
  PAYMENT_NOT_NEXT: 'The payment is {status}: it cannot become {to}, only {possible}.',
  PAYMENT_FINAL: 'The payment is {status}: that is final.',
  AMOUNT_RECEIVED: 'The payment is {status}: its amount cannot change any more.',
  NOT_DELETED_ONCE_RECEIVED: 'The payment is {status}: what has come in is not deleted.',
});

/** Refuses a transition that is not in the table; throws INVALID_STATE, with the possible ones in the message. */
export function requireTransition({ status }: Payment, to: PaymentStatus): void {
  if (NEXT[status].includes(to)) return;
  const possible = NEXT[status].join(', ');
  throw invalidState(
    possible ? PAYMENT.PAYMENT_NOT_NEXT({ status, possible, to }) : PAYMENT.PAYMENT_FINAL({ status }),
    'id',
  );
}

/** Refuses a payment that was received, whose amount cannot change and which cannot be deleted; throws INVALID_STATE. */
export function requireNotReceived(
  { status }: Payment,
  rule: 'AMOUNT_RECEIVED' | 'NOT_DELETED_ONCE_RECEIVED',
  ...path: string[]
): void {
  if (wasReceived(status)) throw invalidState(PAYMENT[rule]({ status }), ...path);
}

/** Whether the payment was received, even if it has been refunded since. */
function wasReceived(status: PaymentStatus): boolean {
  return status === 'RECEIVED' || status === 'REFUNDED';
}
