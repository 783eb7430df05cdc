import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, Repeatable, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { parseInput } from '../../core/requests/input.ts';
import { idempotent, type Written } from '../../core/rows/transact.ts';
import { changeRow, deleteRow } from '../../db/row-commands.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { Payment } from '../../generated/prisma/client.ts';
import { managedUnits } from '../properties/properties.access.ts';
import { parseReceipt, paymentRecordInput, paymentUpdateInput } from './payment-input.ts';
import { requireNotReceived } from './payment-status.ts';
import { managedPayments } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';

// Invariants of this room: a payment is for one unit and belongs to the user who rented it when the payment was
// recorded; its status changes only as payment-status.ts allows; a payment that was received keeps its amount and cannot
// be deleted, only refunded in full. Every mutation takes an idempotency key, because a repeated one would cost money.

/** Records a payment; throws UserErrors for a bad input, no such unit, or a key used for something else. */
export async function recordPayment(
  ctx: ViewerContext,
  { input, idempotencyKey }: CreateArgs<typeof paymentRecordInput>,
): Promise<Written<Payment>> {
  const { status = 'RECEIVED', ...given } = parseReceipt(paymentRecordInput, input, ctx.clock);
  const { amount, unitId, receivedAt, ...rest } = given;
  const now = ctx.clock.now();
  const idempotency = idempotent(idempotencyKey, 'paymentRecord', { ...given, status });
  return ctx.transact(async (tx) => {
    const unit = await rowToCopyFrom(tx, ctx, managedUnits, unitId, 'input', 'unitId');
    const { tenantId, customerId, propertyId, residentId } = unit;
    const payment = await tx.db.payment.create({
      data: {
        ...rest,
        ...amount,
        status,
        tenantId,
        customerId,
        propertyId,
        unitId,
        residentId,
        receivedAt: status === 'RECEIVED' ? (receivedAt ?? now) : null,
        failedAt: status === 'FAILED' ? now : null,
      },
    });
    return tx.created(paymentEntity, payment);
  }, idempotency);
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such payment, a new amount of one that was received,
 * an old version, or a key used for something else.
 */
export async function updatePayment(
  ctx: ViewerContext,
  { input, idempotencyKey: key, ...args }: UpdateArgs<typeof paymentUpdateInput> & Repeatable,
): Promise<Written<Payment>> {
  const data = parseInput(paymentUpdateInput, input);
  const { amount, ...rest } = data;
  const idempotency = idempotent(key, 'paymentUpdate', args.id, data, args.expectedVersion ?? null);
  return changeRow(ctx, managedPayments, { ...args, idempotency }, (before) => {
    if (amount && (amount.amountMinor !== before.amountMinor || amount.currency !== before.currency)) {
      requireNotReceived(before, 'its amount cannot change any more', 'input', 'amount');
    }
    return { ...rest, ...amount };
  });
}

/**
 * Deletes a payment that was never received; throws UserErrors for no such payment, one that was received, an old
 * version, or a key used for something else.
 */
export async function deletePayment(
  ctx: ViewerContext,
  { idempotencyKey: key, ...args }: RowArgs & Repeatable,
): Promise<Written<Payment>> {
  const idempotency = idempotent(key, 'paymentDelete', args.id, args.expectedVersion ?? null);
  return deleteRow(ctx, managedPayments, { ...args, idempotency }, (payment) =>
    requireNotReceived(payment, 'what has come in is not deleted', 'id'),
  );
}
