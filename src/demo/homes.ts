import type { Transaction } from '../core/transact.ts';
import type { Customer, Payment, Prisma, Property, Unit, User } from '../generated/prisma/client.ts';
import { paymentEntity } from '../modules/payments/payments.changes.ts';
import { propertyEntity, unitEntity } from '../modules/properties/properties.changes.ts';
import { pick } from './pick.ts';

const HOUSES = [
  'Elm House',
  'The Old Bakery',
  'Station Court',
  'Linden Row',
  'Canal Side',
  'Hill View',
] as const;
const STREETS = [
  'Elm Street',
  'Baker Lane',
  'Station Road',
  'Linden Avenue',
  'Canal Street',
  'Hill Road',
] as const;
const RENTS_MINOR = [85_000, 92_500, 110_000, 128_000] as const;

const MOST_PROPERTIES = 2;
const FEWEST_UNITS = 2;
const UNIT_SIZES = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The rents of whoever rents a unit: the latest is due, and of those before it one went each way. */
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

/** Whose the homes are, and who rents the first of them. */
interface Holders {
  readonly customers: readonly Customer[];
  readonly resident: User | undefined;
}

/**
 * Gives each of these customers properties with units, and the units payments; the resident rents the first unit of
 * all. The properties are counted by a reaction.
 */
export async function createHomes(
  tx: Transaction,
  { customers, resident }: Holders,
  currency: string,
): Promise<Unit[]> {
  const properties = await tx.db.property.createManyAndReturn({ data: customers.flatMap(propertiesOf) });
  for (const property of properties) tx.created(propertyEntity, property);

  const units = await tx.db.unit.createManyAndReturn({
    data: properties.flatMap(unitsOf).map((unit, index) => ({
      ...unit,
      residentId: index === 0 ? resident?.id : undefined,
    })),
  });
  for (const unit of units) tx.created(unitEntity, unit);

  const payments = await tx.db.payment.createManyAndReturn({
    data: units.flatMap((unit, index) => paymentsOf(unit, index, currency)),
  });
  for (const payment of payments) tx.created(paymentEntity, payment);
  return units;
}

function propertiesOf(
  { id: customerId, tenantId }: Customer,
  number: number,
): Prisma.PropertyCreateManyInput[] {
  return Array.from({ length: 1 + (number % MOST_PROPERTIES) }, (_, index) => ({
    tenantId,
    customerId,
    name: pick(HOUSES, number + index),
    address: `${1 + number * MOST_PROPERTIES + index} ${pick(STREETS, number + index)}`,
  }));
}

function unitsOf(
  { id: propertyId, tenantId, customerId }: Property,
  number: number,
): Prisma.UnitCreateManyInput[] {
  return Array.from({ length: FEWEST_UNITS + (number % UNIT_SIZES) }, (_, index) => ({
    tenantId,
    customerId,
    propertyId,
    label: `Flat ${index + 1}`,
  }));
}

/** Of a unit that is let, rents that went every way; of one that stands empty, what was last paid for it. */
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
