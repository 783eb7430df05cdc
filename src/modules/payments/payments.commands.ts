import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { parseInput } from '../../core/requests/input.ts';
import type { Written } from '../../core/rows/transact.ts';
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
// be deleted, only refunded in full.

/** Records a payment; throws UserErrors for a bad input, or no such unit. */
export async function recordPayment(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof paymentRecordInput>,
): Promise<Written<Payment>> {
  const { status = 'RECEIVED', ...given } = parseReceipt(paymentRecordInput, input, ctx.clock);
  const { amount, unitId, receivedAt, ...rest } = given;
  const now = ctx.clock.now();
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
  });
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such payment, a new amount of one that was received,
 * or an old version.
 */
export async function updatePayment(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof paymentUpdateInput>,
): Promise<Written<Payment>> {
  const data = parseInput(paymentUpdateInput, input);
  const { amount, ...rest } = data;
  return changeRow(ctx, managedPayments, args, (before) => {
    if (amount && (amount.amountMinor !== before.amountMinor || amount.currency !== before.currency)) {
      requireNotReceived(before, 'AMOUNT_RECEIVED', 'input', 'amount');
    }
    return { ...rest, ...amount };
  });
}

/**
 * Deletes a payment that was never received; throws UserErrors for no such payment, one that was received, or an old
 * version.
 */
export async function deletePayment(ctx: ViewerContext, args: RowArgs): Promise<Written<Payment>> {
  return deleteRow(ctx, managedPayments, args, (payment) =>
    requireNotReceived(payment, 'NOT_DELETED_ONCE_RECEIVED', 'id'),
  );
}
