import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';

const CUSTOMERS = 250;
const PROPERTIES = 10;
const UNITS = 10;
const ROWS_AT_ONCE = 1_000;

/**
 * Writes 250 customers with a plan, each with ten properties of ten units, beside the change log, and returns the ids of
 * the customers.
 */
export async function writeEstate(prisma: PrismaClient, tenantId: string): Promise<string[]> {
  const plan = { id: uuidv7(), tenantId, name: 'Standard', monthlyPriceMinor: 4_900n, currency: 'EUR' };
  await prisma.plan.createMany({ data: [{ ...plan, monthlyPriceMinor: Number(plan.monthlyPriceMinor) }] });
  const customers = times(CUSTOMERS, (at) => ({
    ...{ id: uuidv7(), tenantId, planId: plan.id, company: `Company ${at}`, contactName: 'Adaeze Okonkwo' },
    ...{ email: `office@company-${at}.example`, status: 'ACTIVE' as const, propertyCount: PROPERTIES },
  }));
  const properties = customers.flatMap(({ id: customerId }) =>
    times(PROPERTIES, (at) => ({
      ...{ id: uuidv7(), tenantId, customerId, name: `House ${at}`, address: `${at} Linden Lane` },
    })),
  );
  const units = properties.flatMap(({ id: propertyId, customerId }) =>
    times(UNITS, (at) => ({ id: uuidv7(), tenantId, customerId, propertyId, label: `Unit ${at}` })),
  );
  await inBatches(customers, (data) => prisma.customer.createMany({ data }));
  await inBatches(properties, (data) => prisma.property.createMany({ data }));
  await inBatches(units, (data) => prisma.unit.createMany({ data }));
  await prisma.$executeRawUnsafe('ANALYZE');
  return customers.map(({ id }) => id);
}

function times<Item>(count: number, make: (at: number) => Item): Item[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

async function inBatches<Item>(
  items: readonly Item[],
  write: (batch: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += ROWS_AT_ONCE)
    await write(items.slice(from, from + ROWS_AT_ONCE));
}
