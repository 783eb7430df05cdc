import { notFound } from '../../core/requests/errors.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
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
import { createCommandOfTenant, updateCommand } from '../../db/input-commands.ts';
import { planEntity } from '../plans/plans.changes.ts';
import { customers } from './customers.access.ts';
import { customerEntity } from './customers.changes.ts';
import { contactInputs } from './customers.terms.ts';

// Invariants of this room: a customer's plan belongs to the same tenant; `memberCount` is the number of users with its
// id, `propertyCount` the number of its properties, and neither grows beyond the limit of the plan, though a change to a
// smaller plan removes none; a customer with members or properties cannot be deleted, so neither can one with units,
// payments or maintenance requests.

const fields = {
  externalId: optional(emptyAsNull(text('The id in another system, unique in the tenant'))),
  ...contactInputs,
  status: defaulted(choice('CustomerStatus', 'Account status'), 'TRIAL by default'),
  kind: defaulted(choice('CustomerKind', 'A company or an individual'), 'COMPANY by default'),
  planId: optional(idOf('Plan', 'The plan it pays for, one of the same tenant')),
  internalNotes: optional(longText('Remarks of the staff')),
};

export const customerCreateInput = createInput({ tenantId: tenantIdField, ...fields });

export const customerUpdateInput = updateInput(fields);

/** Creates a customer; throws UserErrors for a bad input, or an unknown plan. */
export const createCustomer = createCommandOfTenant(customerEntity, customerCreateInput, async (tx, data) => {
  await keepPlan(tx, data);
  await requirePlan(tx, data.tenantId, data.planId);
  return tx.db.customer.create({ data });
});

/** Changes the given fields; throws UserErrors for a bad input, no such customer or plan, or an old version. */
export const updateCustomer = updateCommand(
  customers,
  customerUpdateInput,
  async (tx, data, before) => {
    await requirePlan(tx, before.tenantId, data.planId);
    return data;
  },
  keepPlan,
);

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
