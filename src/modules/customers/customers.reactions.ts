import { limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Customer, CustomerStats, Plan, Property, Tenant, User } from '../../generated/prisma/client.ts';
import { propertyEntity } from '../properties/properties.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { COUNT_OF, customerEntity, customerStatsEntity } from './customers.changes.ts';

/** Creates the counts of a new tenant, all zero, and deletes those of a deleted tenant. */
export const openAndCloseStats: Reaction<Tenant> = {
  entity: tenantEntity.name,
  react: async (tx, before, after) => {
    if (!before && after) await openStats(tx, after.id);
    if (before && !after) await closeStats(tx, before.id);
  },
};

async function openStats(tx: Transaction, tenantId: string): Promise<CustomerStats> {
  return tx.created(customerStatsEntity, await tx.db.customerStats.create({ data: { id: tenantId } }));
}

async function closeStats(tx: Transaction, tenantId: string): Promise<void> {
  await tx.lock(customerStatsEntity, tenantId);
  const stats = await tx.db.customerStats.findUnique({ where: { id: tenantId } });
  if (stats) await tx.delete(customerStatsEntity, stats);
}

/** Updates the counts of the tenant in the transaction that changes its customers. */
export const countCustomers: Reaction<Customer> = {
  entity: customerEntity.name,
  react: async (tx, before, after) => {
    if (before?.status === after?.status) return;
    const tenantId = (after ?? before)?.tenantId;
    if (!tenantId) return;
    await tx.lock(customerStatsEntity, tenantId);
    const kept = await tx.db.customerStats.findUnique({ where: { id: tenantId } });
    const stats = kept ?? (await openStats(tx, tenantId));
    await tx.update(customerStatsEntity, stats, recount(stats, before, after));
  },
};

function recount(
  stats: CustomerStats,
  before: Customer | null,
  after: Customer | null,
): Partial<CustomerStats> {
  const counts = { ...stats };
  if (before) counts[COUNT_OF[before.status]] -= 1;
  if (after) counts[COUNT_OF[after.status]] += 1;
  const { trial, active, pastDue, suspended, cancelled } = counts;
  const total = stats.total + (after ? 1 : 0) - (before ? 1 : 0);
  return { total, trial, active, pastDue, suspended, cancelled };
}

/** Updates the number of members of a customer, so that the customer has an event when it changes. */
export const countMembers: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    const [left, joined] = [before?.customerId ?? null, after?.customerId ?? null];
    if (left === joined) return;
    const steps = [
      { id: left, step: -1 },
      { id: joined, step: 1 },
    ];
    // The order is the same for both directions of a move, so that two opposite moves do not deadlock.
    for (const { id, step } of steps.toSorted((a, b) => String(a.id).localeCompare(String(b.id)))) {
      if (id) await count(tx, id, 'memberCount', step);
    }
  },
};

/** Updates the number of properties of a customer. Properties never move to another customer. */
export const countProperties: Reaction<Property> = {
  entity: propertyEntity.name,
  react: async (tx, before, after) => {
    if (!before && after) await count(tx, after.customerId, 'propertyCount', 1);
    if (before && !after) await count(tx, before.customerId, 'propertyCount', -1);
  },
};

const PLAN = sentences('LIMIT_REACHED', {
  MEMBERS_OF_PLAN: "The customer's plan allows no more members than {max}.",
  PROPERTIES_OF_PLAN: "The customer's plan allows no more properties than {max}.",
});

/** The limit of the plan for each counting column of a customer. */
const LIMITED = {
  memberCount: { limit: 'maxMembers', rule: 'MEMBERS_OF_PLAN' },
  propertyCount: { limit: 'maxProperties', rule: 'PROPERTIES_OF_PLAN' },
} as const satisfies Partial<Record<keyof Customer, { limit: keyof Plan; rule: keyof typeof PLAN }>>;

async function count(tx: Transaction, id: string, column: keyof typeof LIMITED, step: number): Promise<void> {
  await tx.lock(customerEntity, id);
  const before = await tx.db.customer.findUniqueOrThrow({ where: { id } });
  if (step > 0) await requireAllowance(tx, before, column);
  await tx.update(customerEntity, before, { [column]: before[column] + step });
}

/** Refuses a count above the limit of the plan; throws LIMIT_REACHED, which rolls back the transaction that raised it. */
async function requireAllowance(
  tx: Transaction,
  customer: Customer,
  column: keyof typeof LIMITED,
): Promise<void> {
  if (!customer.planId) return;
  const plan = await tx.db.plan.findUniqueOrThrow({ where: { id: customer.planId } });
  const { limit, rule } = LIMITED[column];
  const allowed = plan[limit];
  if (allowed === null || customer[column] < allowed) return;
  throw limitReached(PLAN[rule]({ max: allowed }));
}
