import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { type Input, type InputOf, parseInput } from '../../core/requests/input.ts';
import type { Written } from '../../core/rows/transact.ts';
import { changeRow } from '../../db/row-commands.ts';
import type { Payment } from '../../generated/prisma/client.ts';
import { parseReceipt, paymentFailInput, paymentReceiveInput, paymentRefundInput } from './payment-input.ts';
import { requireTransition } from './payment-status.ts';
import { managedPayments } from './payments.access.ts';

/** The arguments of a command that moves a payment to another status. */
interface TransitionArgs<Of extends Input> extends RowArgs {
  readonly input?: InputOf<Of> | null;
}

/**
 * Marks a payment as received; throws UserErrors for a bad input, no such payment, one that cannot become RECEIVED, or
 * an old version.
 */
export async function receivePayment(
  ctx: ViewerContext,
  { input, ...args }: TransitionArgs<typeof paymentReceiveInput>,
): Promise<Written<Payment>> {
  const data = parseReceipt(paymentReceiveInput, input ?? {}, ctx.clock);
  return changeRow(ctx, managedPayments, args, (before) => {
    requireTransition(before, 'RECEIVED');
    const receivedAt = data.receivedAt ?? ctx.clock.now();
    return { ...data, status: 'RECEIVED', receivedAt };
  });
}

/**
 * Marks a payment as failed; throws UserErrors for a bad input, no such payment, one that is not PENDING, or an old
 * version.
 */
export async function failPayment(
  ctx: ViewerContext,
  { input, ...args }: TransitionArgs<typeof paymentFailInput>,
): Promise<Written<Payment>> {
  const { reason: failureReason = null } = parseInput(paymentFailInput, input ?? {});
  return changeRow(ctx, managedPayments, args, (before) => {
    requireTransition(before, 'FAILED');
    const failedAt = ctx.clock.now();
    return { status: 'FAILED', failedAt, failureReason };
  });
}

/**
 * Marks a payment as refunded in full; throws UserErrors for a bad input, no such payment, one that is not RECEIVED, or
 * an old version.
 */
export async function refundPayment(
  ctx: ViewerContext,
  { input, ...args }: TransitionArgs<typeof paymentRefundInput>,
): Promise<Written<Payment>> {
  const { reason: refundReason = null } = parseInput(paymentRefundInput, input ?? {});
  return changeRow(ctx, managedPayments, args, (before) => {
    requireTransition(before, 'REFUNDED');
    const refundedAt = ctx.clock.now();
    return { status: 'REFUNDED', refundedAt, refundReason };
  });
}
