import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, inUse, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { moneyAmount, wholeNumberInput } from '../../core/input-numbers.ts';
import { requiredText } from '../../core/input-text.ts';
import { noSuchTenant, tenantInScope } from '../../core/scope.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import type { Plan } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { plansVisibleTo } from './plans.access.ts';
import { planEntity } from './plans.changes.ts';

// Invariants of this room: the names of a tenant's plans differ; a price is a whole number of minor units, never
// negative; a limit that is null does not limit; a plan that customers have cannot be deleted.

const ifNameIsTaken = ifTaken('plan_tenant_id_name_key', nameTaken);

const fields = {
  name: requiredText('The name'),
  monthlyPrice: moneyAmount(),
  maxProperties: wholeNumberInput('The limit').nullable(),
  maxMembers: wholeNumberInput('The limit').nullable(),
};

const createInput = z.object({
  ...fields,
  tenantId: z.string().nullish(),
  maxProperties: fields.maxProperties.optional(),
  maxMembers: fields.maxMembers.optional(),
});

const updateInput = z.object(fields).partial();

/** Creates a plan; throws UserErrors for a bad input, a name that is taken, or a key used for something else. */
export async function createPlan(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Plan>> {
  const { tenantId: named, monthlyPrice, ...rest } = parseInput(createInput, input);
  const tenantId = tenantInScope(ctx.viewer, named);
  const data = { ...rest, monthlyPriceMinor: monthlyPrice.amountMinor, currency: monthlyPrice.currency };
  return ctx.transact(
    async (tx) => {
      await requireTenant(tx, tenantId);
      await requireFreeName(tx, tenantId, data.name);
      const plan = await tx.db.plan.create({ data: { ...data, tenantId } }).catch(ifNameIsTaken);
      tx.created(planEntity, plan);
      return plan;
    },
    idempotent(idempotencyKey, 'planCreate', tenantId, data),
  );
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such plan, a name that is taken, or a version that
 * has passed.
 */
export async function updatePlan(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Plan>> {
  const { monthlyPrice, ...rest } = parseInput(updateInput, input);
  const data = { ...rest, monthlyPriceMinor: monthlyPrice?.amountMinor, currency: monthlyPrice?.currency };
  return ctx.transact(async (tx) => {
    const before = await planToChange(tx, ctx, id, expectedVersion);
    await requireFreeName(tx, before.tenantId, data.name, id);
    return tx.update(planEntity, before, data, (change) =>
      tx.db.plan.update({ where: { id }, data: change }).catch(ifNameIsTaken),
    );
  });
}

/** Deletes a plan; throws UserErrors for no such plan, one that customers have, or a version that has passed. */
export async function deletePlan(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Plan>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(planEntity, id);
    const plan = await planToChange(tx, ctx, id, expectedVersion);
    const customers = await tx.db.customer.count({ where: { planId: id, tenantId: plan.tenantId } });
    if (customers > 0) throw inUse('Customers still have the plan: give them another one first.');
    await tx.db.plan.delete({ where: { id } });
    tx.deleted(planEntity, plan);
    return plan;
  });
}

async function planToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Plan> {
  await tx.lock(planEntity, id);
  const visible = toPrismaWhere(plansVisibleTo(viewer));
  const plan = await tx.db.plan.findFirst({ where: { AND: [{ id }, visible] } });
  if (!plan) throw notFound('plan', 'id');
  requireVersion(plan, expectedVersion);
  return plan;
}

/** People of the platform may name any tenant, so one that does not exist too. */
async function requireTenant(tx: Transaction, id: string): Promise<void> {
  if (!(await tx.lockAgainstDelete(tenantEntity, id))) throw noSuchTenant();
}

async function requireFreeName(
  tx: Transaction,
  tenantId: string,
  wanted: string | undefined,
  own?: string,
): Promise<void> {
  if (wanted === undefined) return;
  const holder = await tx.db.plan.findFirst({ where: { tenantId, name: wanted }, select: { id: true } });
  if (holder && holder.id !== own) throw nameTaken();
}

function nameTaken() {
  return alreadyExists('The tenant has a plan of this name already.', 'input', 'name');
}
