import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { inUse, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { emailAddress, optionalText, requiredText } from '../../core/input-text.ts';
import { noSuchTenant, tenantInScope } from '../../core/scope.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { type Customer, CustomerKind, CustomerStatus } from '../../generated/prisma/client.ts';
import { planEntity } from '../plans/plans.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { customersVisibleTo } from './customers.access.ts';
import { customerEntity } from './customers.changes.ts';

// Invariants of this room: a customer's plan is one of its own tenant's; `memberCount` is the number of users with
// its id, `propertyCount` that of properties, and neither grows beyond what the plan allows, though a plan that allows
// fewer takes none away; a customer with members or properties cannot be deleted, and so none with what properties lead
// to.

const fields = {
  company: requiredText('The company'),
  owner: requiredText('The owner'),
  email: emailAddress('The e-mail address'),
  phone: optionalText('The telephone number', 50).nullable(),
  status: z.enum(CustomerStatus),
  kind: z.enum(CustomerKind),
  planId: z.string().nullable(),
  internalNotes: optionalText('The notes').nullable(),
};

const createInput = z.object({
  ...fields,
  tenantId: z.string().nullish(),
  phone: fields.phone.optional(),
  status: fields.status.nullish().transform((status) => status ?? undefined),
  kind: fields.kind.nullish().transform((kind) => kind ?? undefined),
  planId: fields.planId.optional(),
  internalNotes: fields.internalNotes.optional(),
});

const updateInput = z.object(fields).partial();

/** Creates a customer; throws UserErrors for a bad input, an unknown plan, or a key used for something else. */
export async function createCustomer(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Customer>> {
  const { tenantId: named, ...data } = parseInput(createInput, input);
  const tenantId = tenantInScope(ctx.viewer, named);
  return ctx.transact(
    async (tx) => {
      if (!(await tx.lockAgainstDelete(tenantEntity, tenantId))) throw noSuchTenant();
      await requirePlan(tx, tenantId, data.planId);
      const customer = await tx.db.customer.create({ data: { ...data, tenantId } });
      tx.created(customerEntity, customer);
      return customer;
    },
    idempotent(idempotencyKey, 'customerCreate', tenantId, data),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such customer, or a version that has passed. */
export async function updateCustomer(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Customer>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await customerToChange(tx, ctx, id, expectedVersion);
    await requirePlan(tx, before.tenantId, data.planId);
    return tx.update(customerEntity, before, data, (change) =>
      tx.db.customer.update({ where: { id }, data: change }),
    );
  });
}

/**
 * Deletes a customer; throws UserErrors for no such customer, one that has members or properties, or a version that has
 * passed.
 */
export async function deleteCustomer(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Customer>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(customerEntity, id);
    const customer = await customerToChange(tx, ctx, id, expectedVersion);
    if (customer.memberCount > 0) throw inUse('The customer still has members: move or delete them first.');
    if (customer.propertyCount > 0) throw inUse('The customer still has properties: delete them first.');
    await tx.db.customer.delete({ where: { id } });
    tx.deleted(customerEntity, customer);
    return customer;
  });
}

async function customerToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Customer> {
  await tx.lock(customerEntity, id);
  const visible = toPrismaWhere(customersVisibleTo(viewer));
  const customer = await tx.db.customer.findFirst({ where: { AND: [{ id }, visible] } });
  if (!customer) throw notFound('customer', 'id');
  requireVersion(customer, expectedVersion);
  return customer;
}

async function requirePlan(
  tx: Transaction,
  tenantId: string,
  planId: string | null | undefined,
): Promise<void> {
  if (!planId) return;
  await tx.lockAgainstDelete(planEntity, planId);
  const plan = await tx.db.plan.findFirst({ where: { id: planId, tenantId }, select: { id: true } });
  if (!plan) throw notFound('plan', 'input', 'planId');
}
