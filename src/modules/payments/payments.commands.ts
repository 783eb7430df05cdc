import type { ViewerContext } from '../../core/context.ts';
import { notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Payment, Unit } from '../../generated/prisma/client.ts';
import { unitsManagedBy } from '../properties/properties.access.ts';
import { unitEntity } from '../properties/properties.changes.ts';
import { reasonInput, receiveInput, recordInput, updateInput } from './payment-input.ts';
import { requireNotReceived, requireTransition } from './payment-status.ts';
import { paymentsManagedBy } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';

// Invariants of this room: a payment is of one unit and of whoever rented it when it was recorded; its status moves as
// payment-status.ts says; what was received keeps its amount and is not deleted, only refunded, and then as a whole.

/** Records a payment; throws UserErrors for a bad input, no such unit, or a key used for something else. */
export async function recordPayment(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Payment>> {
  const data = parseInput(recordInput(ctx.clock), input);
  const { amount, unitId, receivedAt, ...rest } = data;
  const now = ctx.clock.now();
  return ctx.transact(
    async (tx) => {
      const { tenantId, customerId, propertyId, residentId } = await unitToServe(tx, ctx, unitId);
      const payment = await tx.db.payment.create({
        data: {
          ...rest,
          ...amount,
          tenantId,
          customerId,
          propertyId,
          unitId,
          residentId,
          receivedAt: data.status === 'RECEIVED' ? (receivedAt ?? now) : null,
          failedAt: data.status === 'FAILED' ? now : null,
        },
      });
      tx.created(paymentEntity, payment);
      return payment;
    },
    idempotent(idempotencyKey, 'paymentRecord', data),
  );
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such payment, another amount of one that was received,
 * a version that has passed, or a key used for something else.
 */
export async function updatePayment(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  { idempotencyKey, expectedVersion }: Repeatable,
): Promise<Written<Payment>> {
  const data = parseInput(updateInput, input);
  const { amount, ...rest } = data;
  return ctx.transact(
    async (tx) => {
      const before = await paymentToChange(tx, ctx, id, expectedVersion);
      if (amount && (amount.amountMinor !== before.amountMinor || amount.currency !== before.currency)) {
        requireNotReceived(before, 'its amount cannot change any more', 'input', 'amount');
      }
      return writePayment(tx, before, { ...rest, ...amount });
    },
    idempotent(idempotencyKey, 'paymentUpdate', id, data, expectedVersion ?? null),
  );
}

/**
 * Says that a payment came in; throws UserErrors for a bad input, no such payment, one that cannot become RECEIVED, a
 * version that has passed, or a key used for something else.
 */
export async function receivePayment(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  { idempotencyKey, expectedVersion }: Repeatable,
): Promise<Written<Payment>> {
  const data = parseInput(receiveInput(ctx.clock), input ?? {});
  return ctx.transact(
    async (tx) => {
      const before = await paymentToChange(tx, ctx, id, expectedVersion);
      requireTransition(before, 'RECEIVED');
      const receivedAt = data.receivedAt ?? ctx.clock.now();
      return writePayment(tx, before, { ...data, status: 'RECEIVED', receivedAt });
    },
    idempotent(idempotencyKey, 'paymentReceive', id, data, expectedVersion ?? null),
  );
}

/**
 * Says that a payment failed; throws UserErrors for no such payment, one that is not PENDING, a version that has passed,
 * or a key used for something else.
 */
export async function failPayment(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  { idempotencyKey, expectedVersion }: Repeatable,
): Promise<Written<Payment>> {
  const { reason: failureReason } = parseInput(reasonInput, input ?? {});
  return ctx.transact(
    async (tx) => {
      const before = await paymentToChange(tx, ctx, id, expectedVersion);
      requireTransition(before, 'FAILED');
      return writePayment(tx, before, { status: 'FAILED', failedAt: ctx.clock.now(), failureReason });
    },
    idempotent(idempotencyKey, 'paymentFail', id, failureReason, expectedVersion ?? null),
  );
}

/**
 * Says that the whole amount went back; throws UserErrors for no such payment, one that is not RECEIVED, a version that
 * has passed, or a key used for something else.
 */
export async function refundPayment(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  { idempotencyKey, expectedVersion }: Repeatable,
): Promise<Written<Payment>> {
  const { reason: refundReason } = parseInput(reasonInput, input ?? {});
  return ctx.transact(
    async (tx) => {
      const before = await paymentToChange(tx, ctx, id, expectedVersion);
      requireTransition(before, 'REFUNDED');
      return writePayment(tx, before, { status: 'REFUNDED', refundedAt: ctx.clock.now(), refundReason });
    },
    idempotent(idempotencyKey, 'paymentRefund', id, refundReason, expectedVersion ?? null),
  );
}

/**
 * Deletes a payment that never came in; throws UserErrors for no such payment, one that did, a version that has passed,
 * or a key used for something else.
 */
export async function deletePayment(
  ctx: ViewerContext,
  id: string,
  { idempotencyKey, expectedVersion }: Repeatable,
): Promise<Written<Payment>> {
  return ctx.transact(
    async (tx) => {
      await tx.lockToDelete(paymentEntity, id);
      const payment = await paymentToChange(tx, ctx, id, expectedVersion);
      requireNotReceived(payment, 'what has come in is not deleted', 'id');
      await tx.db.payment.delete({ where: { id } });
      tx.deleted(paymentEntity, payment);
      return payment;
    },
    idempotent(idempotencyKey, 'paymentDelete', id, expectedVersion ?? null),
  );
}

/** What a command may be given beside its input: whoever deals with money may repeat every request. */
interface Repeatable {
  readonly idempotencyKey?: string | null;
  readonly expectedVersion?: number | null;
}

type PaymentData = Partial<Omit<Payment, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

function writePayment(tx: Transaction, before: Payment, data: PaymentData): Promise<Payment> {
  return tx.update(paymentEntity, before, data, (change) =>
    tx.db.payment.update({ where: { id: before.id }, data: change }),
  );
}

async function paymentToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Payment> {
  await tx.lock(paymentEntity, id);
  const managed = toPrismaWhere(paymentsManagedBy(viewer));
  const payment = await tx.db.payment.findFirst({ where: { AND: [{ id }, managed] } });
  if (!payment) throw notFound('payment', 'id');
  requireVersion(payment, expectedVersion);
  return payment;
}

/** Locks the unit, so that it is still there when the payment is, and still of the same resident. */
async function unitToServe(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<Unit> {
  await tx.lock(unitEntity, id);
  const managed = toPrismaWhere(unitsManagedBy(viewer));
  const unit = await tx.db.unit.findFirst({ where: { AND: [{ id }, managed] } });
  if (!unit) throw notFound('unit', 'input', 'unitId');
  return unit;
}
