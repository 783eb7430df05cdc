import type { ViewerContext } from '../../core/context.ts';
import { notFound } from '../../core/requests/errors.ts';
import { createInput, type OutputOf, updateInput } from '../../core/requests/input.ts';
import {
  choice,
  defaulted,
  emptyAsNull,
  idOf,
  longText,
  optional,
  text,
} from '../../core/requests/input-fields.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { TenantRow } from '../../core/rows/visibility.ts';
import { createCommandOfTenant, updateCommand } from '../../db/input-commands.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { Customer } from '../../generated/prisma/client.ts';
import { planEntity } from '../plans/plans.changes.ts';
import { customers } from './customers.access.ts';
import { customerEntity } from './customers.changes.ts';
import { contactInputs } from './customers.terms.ts';

// Invariants of this room: a customer's plan belongs to the same tenant; `memberCount` is the number of users with its
// id, `propertyCount` the number of its properties, and neither grows beyond the limit of the plan, though a change to a
// smaller plan removes none; a customer with members or properties cannot be deleted, so neither can one with units,
// payments or maintenance requests.

/** The id in another system, where it must be given. */
export const externalIdInput = text('The id in another system, unique in the tenant');

const fields = {
  externalId: optional(emptyAsNull(externalIdInput)),
  ...contactInputs,
  status: defaulted(choice('CustomerStatus', 'Account status'), 'TRIAL by default'),
  kind: defaulted(choice('CustomerKind', 'A company or an individual'), 'COMPANY by default'),
  planId: optional(idOf('Plan', 'The plan it pays for, one of the same tenant')),
  internalNotes: optional(longText('Remarks of the staff')),
};

export const customerCreateInput = createInput({ tenantId: tenantIdField, ...fields });

export const customerUpdateInput = updateInput(fields);

/** Creates a customer; throws UserErrors for a bad input, or an unknown plan. */
export const createCustomer = createCommandOfTenant(customerEntity, customerCreateInput, insertCustomer);

/** Writes a new customer, which its caller records; throws UserErrors for an unknown plan. */
export async function insertCustomer(
  tx: Transaction,
  data: OutputOf<typeof customerCreateInput> & TenantRow,
): Promise<Customer> {
  await keepPlan(tx, data);
  await requirePlan(tx, data.tenantId, data.planId);
  return tx.db.customer.create({ data });
}

/** Changes the given fields; throws UserErrors for a bad input, no such customer or plan, or an old version. */
export const updateCustomer = updateCommand(customers, customerUpdateInput, checkedChange, keepPlan);

/** Changes the given fields in a transaction that is under way; gives the row before and afterwards. */
export async function changeCustomer(
  tx: Transaction,
  by: Pick<ViewerContext, 'viewer'>,
  id: string,
  data: OutputOf<typeof customerUpdateInput>,
): Promise<{ before: Customer; after: Customer }> {
  await keepPlan(tx, data);
  const before = await rowToChange(tx, by, customers, { id });
  const after = await tx.update(customerEntity, before, await checkedChange(tx, data, before));
  return { before, after };
}

async function checkedChange(
  tx: Transaction,
  data: OutputOf<typeof customerUpdateInput>,
  { tenantId }: Customer,
): Promise<OutputOf<typeof customerUpdateInput>> {
  await requirePlan(tx, tenantId, data.planId);
  return data;
}

async function keepPlan(tx: Transaction, { planId }: { planId?: string | null | undefined }): Promise<void> {
  if (planId) await tx.lockAgainstDelete(planEntity, planId);
}

/**
 * `keepPlan` has locked the plan. Unlike `rowToReferTo`, it does not require visibility: staff may write customers
 * without reading plans.
 */
async function requirePlan(
  tx: Transaction,
  tenantId: string,
  planId: string | null | undefined,
): Promise<void> {
  if (!planId) return;
  const plan = await tx.db.plan.findFirst({ where: { id: planId, tenantId }, select: { id: true } });
  if (!plan) throw notFound('Plan', 'input', 'planId');
}
