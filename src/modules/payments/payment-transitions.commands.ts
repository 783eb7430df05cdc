import type { ViewerContext } from '../../core/context.ts';
import type { Repeatable, RowArgs } from '../../core/requests/command-args.ts';
import { type Input, type InputOf, parseInput } from '../../core/requests/input.ts';
import { idempotent, type Written } from '../../core/rows/transact.ts';
import { changeRow } from '../../db/row-commands.ts';
import type { Payment } from '../../generated/prisma/client.ts';
import { parseReceipt, paymentFailInput, paymentReceiveInput, paymentRefundInput } from './payment-input.ts';
import { requireTransition } from './payment-status.ts';
import { managedPayments } from './payments.access.ts';

/** The arguments of a command that moves a payment to another status. */
interface TransitionArgs<Of extends Input> extends RowArgs, Repeatable {
  readonly input?: InputOf<Of> | null;
}

/**
 * Marks a payment as received; throws UserErrors for a bad input, no such payment, one that cannot become RECEIVED, an
 * old version, or a key used for something else.
 */
export async function receivePayment(
  ctx: ViewerContext,
  { input, idempotencyKey: key, ...args }: TransitionArgs<typeof paymentReceiveInput>,
): Promise<Written<Payment>> {
  const data = parseReceipt(paymentReceiveInput, input ?? {}, ctx.clock);
  const idempotency = idempotent(key, 'paymentReceive', args.id, data, args.expectedVersion ?? null);
  return changeRow(ctx, managedPayments, { ...args, idempotency }, (before) => {
    requireTransition(before, 'RECEIVED');
    const receivedAt = data.receivedAt ?? ctx.clock.now();
    return { ...data, status: 'RECEIVED', receivedAt };
  });
}

/**
 * Marks a payment as failed; throws UserErrors for a bad input, no such payment, one that is not PENDING, an old version,
 * or a key used for something else.
 */
export async function failPayment(
  ctx: ViewerContext,
  { input, idempotencyKey: key, ...args }: TransitionArgs<typeof paymentFailInput>,
): Promise<Written<Payment>> {
  const { reason: failureReason = null } = parseInput(paymentFailInput, input ?? {});
  const idempotency = idempotent(key, 'paymentFail', args.id, failureReason, args.expectedVersion ?? null);
  return changeRow(ctx, managedPayments, { ...args, idempotency }, (before) => {
    requireTransition(before, 'FAILED');
    const failedAt = ctx.clock.now();
    return { status: 'FAILED', failedAt, failureReason };
  });
}

/**
 * Marks a payment as refunded in full; throws UserErrors for a bad input, no such payment, one that is not RECEIVED, an
 * old version, or a key used for something else.
 */
export async function refundPayment(
  ctx: ViewerContext,
  { input, idempotencyKey: key, ...args }: TransitionArgs<typeof paymentRefundInput>,
): Promise<Written<Payment>> {
  const { reason: refundReason = null } = parseInput(paymentRefundInput, input ?? {});
  const idempotency = idempotent(key, 'paymentRefund', args.id, refundReason, args.expectedVersion ?? null);
  return changeRow(ctx, managedPayments, { ...args, idempotency }, (before) => {
    requireTransition(before, 'REFUNDED');
    const refundedAt = ctx.clock.now();
    return { status: 'REFUNDED', refundedAt, refundReason };
  });
}
