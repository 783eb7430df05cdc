import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { integer, money, optional, text } from '../../core/requests/input-fields.ts';
import { tenantIdField, tenantInScope } from '../../core/rights/scope.ts';
import { idempotent, type Written } from '../../core/rows/transact.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import { changeRow, createRow, deleteRow } from '../../db/row-commands.ts';
import type { Plan } from '../../generated/prisma/client.ts';
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

/** Creates a plan; throws UserErrors for a bad input, a name that is taken, or a key used for something else. */
export async function createPlan(
  ctx: ViewerContext,
  { input, idempotencyKey }: CreateArgs<typeof planCreateInput>,
): Promise<Written<Plan>> {
  const { tenantId: named, monthlyPrice, ...rest } = parseInput(planCreateInput, input);
  const tenantId = tenantInScope(ctx.viewer, named);
  const data = { ...rest, ...priceColumns(monthlyPrice) };
  const idempotency = idempotent(idempotencyKey, 'planCreate', tenantId, data);
  return createRow(ctx, planEntity, idempotency, async (tx) => {
    await requireTenant(tx, tenantId);
    return tx.db.plan.create({ data: { ...data, tenantId } });
  });
}

/** Changes the given fields; throws UserErrors for a bad input, no such plan, a name that is taken, or an old version. */
export async function updatePlan(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof planUpdateInput>,
): Promise<Written<Plan>> {
  const { monthlyPrice, ...rest } = parseInput(planUpdateInput, input);
  const data = { ...rest, ...(monthlyPrice && priceColumns(monthlyPrice)) };
  return changeRow(ctx, plans, args, () => data);
}

/** Deletes a plan; throws UserErrors for no such plan, one that customers have, or an old version. */
export async function deletePlan(ctx: ViewerContext, args: RowArgs): Promise<Written<Plan>> {
  return deleteRow(ctx, plans, args);
}

function priceColumns({ amountMinor, currency }: { amountMinor: number; currency: string }) {
  return { monthlyPriceMinor: amountMinor, currency };
}
