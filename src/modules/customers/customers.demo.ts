import type { DemoData, DemoTenant } from '../../core/rows/demo-data.ts';
import type { CustomerStatus, Plan, Prisma } from '../../generated/prisma/client.ts';
import { pick } from '../../lib/pick.ts';
import { personName } from '../users/person-names.demo.ts';
import { companyName } from './company-names.demo.ts';
import { customerEntity } from './customers.changes.ts';
import { createMembers } from './members.demo.ts';

// The first two have members among the demo accounts, so they are in good standing.
const STATUSES = [
  'ACTIVE',
  'ACTIVE',
  'TRIAL',
  'ACTIVE',
  'PAST_DUE',
  'ACTIVE',
  'ACTIVE',
  'CANCELLED',
  'ACTIVE',
  'TRIAL',
  'ACTIVE',
  'SUSPENDED',
  'ACTIVE',
] as const satisfies readonly CustomerStatus[];

const NOTES = [
  'Pays by bank transfer on the first of the month.',
  'Prefers to be called after 14:00.',
  'Asked for a discount on renewal.',
  'Two invoices were late last year.',
  'Plans to add a second building in spring.',
  'Wants everything in writing.',
  'Reference customer: may be named in proposals.',
] as const;

/** At least two: each of the first two has members. */
const COUNTS = { SMALL: 2, MEDIUM: 25, LARGE: 60 };
const AREA_CODES = ['212', '312', '415', '503', '617', '713', '206'] as const;
const INDIVIDUAL_EVERY = 6;
const NOTE_EVERY = 3;
/** The distance in the list of names between the customers of two tenants. */
const STRIDE = 7;

/**
 * The customers of each tenant, and members of the first two. The counts of customers and members are left to the
 * reactions, which make a change of every step: that keeps the version of a row equal to the number of its changes.
 */
export const demo: DemoData = {
  async tenant(tx, place) {
    const plans = await tx.db.plan.findMany({
      where: { tenantId: place.tenant.id },
      orderBy: { monthlyPriceMinor: 'asc' },
    });
    const customers = await tx.db.customer.createManyAndReturn({ data: customersOf(place, plans) });
    for (const customer of customers) tx.created(customerEntity, customer);
    await createMembers(tx, place, customers);
  },
};

/** A customer who has cancelled has no plan, and one on trial has the cheapest. */
function customersOf(
  { tenant, number: tenantNumber, size }: DemoTenant,
  plans: readonly Plan[],
): Prisma.CustomerCreateManyInput[] {
  return Array.from({ length: COUNTS[size] }, (_, index) => {
    const number = tenantNumber * STRIDE + index;
    const status = pick(STATUSES, index);
    const isIndividual = index % INDIVIDUAL_EVERY === INDIVIDUAL_EVERY - 1;
    const person = personName(number);
    const company = isIndividual ? person : companyName(number);
    const plan = status === 'TRIAL' ? plans[0] : plans[index % plans.length];
    return {
      tenantId: tenant.id,
      company,
      contactName: isIndividual ? null : person,
      email: `${slugOf(person, '.')}@${slugOf(company, '-')}.example`,
      phone: phoneNumber(number),
      status,
      kind: isIndividual ? 'INDIVIDUAL' : 'COMPANY',
      planId: status === 'CANCELLED' ? null : (plan?.id ?? null),
      internalNotes: index % NOTE_EVERY === 0 ? pick(NOTES, number) : null,
    };
  });
}

/** One of the numbers 555-0100 to 555-0199, which are kept free for stories. */
function phoneNumber(number: number): string {
  return `+1 ${pick(AREA_CODES, number)} 555 01${String(number % 100).padStart(2, '0')}`;
}

function slugOf(name: string, separator: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll(' ', separator);
}
