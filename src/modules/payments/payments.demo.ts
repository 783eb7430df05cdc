import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Payment, Prisma, Unit } from '../../generated/prisma/client.ts';
import { pick } from '../../lib/pick.ts';
import { paymentEntity } from './payments.changes.ts';

const RENTS_MINOR = [85_000, 92_500, 110_000, 128_000] as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The rents of a unit that is let: the latest is due, and of those before it one went each way. */
const rents = (now: number) => {
  const inDays = (days: number) => new Date(now + days * DAY_MS);
  return [
    { status: 'PENDING', dueAt: inDays(12) },
    { status: 'RECEIVED', dueAt: inDays(-18), receivedAt: inDays(-17), method: 'BANK_TRANSFER' },
    {
      status: 'FAILED',
      dueAt: inDays(-48),
      failedAt: inDays(-46),
      method: 'DIRECT_DEBIT',
      failureReason: 'The account had no funds.',
    },
    {
      status: 'REFUNDED',
      dueAt: inDays(-78),
      receivedAt: inDays(-79),
      refundedAt: inDays(-60),
      method: 'CARD',
      refundReason: 'The heating was out for a month.',
    },
  ] as const satisfies readonly Partial<Payment>[];
};

/** The rents of the units of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId }, currency }) {
    const units = await tx.db.unit.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
    const payments = await tx.db.payment.createManyAndReturn({
      data: units.flatMap((unit, index) => paymentsOf(unit, index, currency)),
    });
    for (const payment of payments) tx.created(paymentEntity, payment);
  },
};

/** Of a unit that is let, rents that went every way; of an empty one, the last payment. */
function paymentsOf(unit: Unit, number: number, currency: string): Prisma.PaymentCreateManyInput[] {
  const { id: unitId, label, tenantId, customerId, propertyId, residentId } = unit;
  return rents(unit.createdAt.getTime())
    .filter(({ status }) => residentId !== null || status === 'RECEIVED')
    .map((rent) => ({
      ...rent,
      tenantId,
      customerId,
      propertyId,
      unitId,
      residentId,
      currency,
      amountMinor: pick(RENTS_MINOR, number),
      reference: `Rent of ${label}`,
    }));
}
