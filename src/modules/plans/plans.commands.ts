import { createInput, updateInput } from '../../core/requests/input.ts';
import { integer, money, optional, text } from '../../core/requests/input-fields.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import { createCommandOfTenant, updateCommand } from '../../db/input-commands.ts';
import { plans } from './plans.access.ts';
import { planEntity } from './plans.changes.ts';

// Invariants of this room: the names of a tenant's plans differ; a price is a whole number of minor units, never
// negative; a limit that is null does not limit; a plan that customers have cannot be deleted.

const fields = {
  name: text('The name, unique in the tenant'),
  monthlyPrice: money('The monthly price'),
  maxProperties: optional(integer('The largest number of properties of a customer'), 'no limit by default'),
  maxMembers: optional(integer('The largest number of members of a customer'), 'no limit by default'),
};

export const planCreateInput = createInput({ tenantId: tenantIdField, ...fields });

export const planUpdateInput = updateInput(fields);

/** Creates a plan; throws UserErrors for a bad input, or a name that is taken. */
export const createPlan = createCommandOfTenant(
  planEntity,
  planCreateInput,
  (tx, { monthlyPrice, ...data }) => tx.db.plan.create({ data: { ...data, ...priceColumns(monthlyPrice) } }),
);

/** Changes the given fields; throws UserErrors for a bad input, no such plan, a name that is taken, or an old version. */
export const updatePlan = updateCommand(plans, planUpdateInput, (_tx, { monthlyPrice, ...data }) => ({
  ...data,
  ...(monthlyPrice && priceColumns(monthlyPrice)),
}));

function priceColumns({ amountMinor, currency }: { amountMinor: number; currency: string }) {
  return { monthlyPriceMinor: amountMinor, currency };
}
