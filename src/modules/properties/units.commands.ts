import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { idOf, optional, text } from '../../core/requests/input-fields.ts';
import { requireNotErased } from '../../core/rows/erased-person.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import { deleteRow } from '../../db/row-commands.ts';
import { rowToChange, rowToReferTo } from '../../db/row-to-change.ts';
import type { Unit } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { externalIdField, requireStaffFor } from './external-id.ts';
import { managedUnits, properties } from './properties.access.ts';
import { unitEntity } from './properties.changes.ts';

const UNIT = sentences('INVALID_INPUT', {
  RESIDENT_NEEDED: 'The resident is required; null makes the unit vacant.',
});

// Invariants of units: the labels within a property differ; a unit has one resident at most, who at every moment is a
// RESIDENT of its customer (units.reactions.ts vacates the unit when that ends) and may rent several units; a unit with
// payments or maintenance requests cannot be deleted. Users are locked before units, by the reaction and by commands.

const fields = {
  externalId: externalIdField,
  label: text('The label, unique in the property', { max: 100 }),
};

export const unitCreateInput = createInput({
  propertyId: idOf('Property', 'The property it is part of'),
  ...fields,
  residentId: optional(idOf('User', 'The resident: a RESIDENT among the members of the same customer')),
});

export const unitUpdateInput = updateInput(fields);

/** Creates a unit; throws UserErrors for a bad input, no such property or resident, a resident who was erased, or a label that is taken. */
export const createUnit = createCommand(unitEntity, unitCreateInput, async (tx, data, ctx) => {
  requireStaffFor(ctx, data);
  if (data.residentId) await tx.lock(userEntity, data.residentId);
  const property = await rowToReferTo(tx, ctx, properties, data.propertyId, 'input', 'propertyId');
  const { tenantId, customerId } = property;
  await requireResident(tx, customerId, data.residentId, 'input', 'residentId');
  return tx.db.unit.create({ data: { ...data, tenantId, customerId } });
});

/** Changes the given fields; throws UserErrors for a bad input, no such unit, a label that is taken, or an old version. */
export const updateUnit = updateCommand(managedUnits, unitUpdateInput, (_tx, data, _before, ctx) => {
  requireStaffFor(ctx, data);
  return data;
});

/** The arguments of `setUnitResident`; a resident of null makes the unit vacant. */
interface ResidentArgs extends RowArgs {
  readonly residentId?: string | null;
}

/**
 * Sets the resident of a unit; throws UserErrors if `residentId` is absent, for no such unit or resident, or for an old
 * version.
 */
export async function setUnitResident(
  ctx: ViewerContext,
  { residentId, ...args }: ResidentArgs,
): Promise<Written<Unit>> {
  if (residentId === undefined) throw invalidInput(UNIT.RESIDENT_NEEDED(), 'residentId');
  return ctx.transact(async (tx) => {
    if (residentId) await tx.lock(userEntity, residentId);
    const before = await rowToChange(tx, ctx, managedUnits, args);
    await requireResident(tx, before.customerId, residentId, 'residentId');
    return tx.update(unitEntity, before, { residentId });
  });
}

/** Deletes a unit; throws UserErrors for no such unit, one that has payments or requests, or an old version. */
export async function deleteUnit(ctx: ViewerContext, args: RowArgs): Promise<Written<Unit>> {
  return deleteRow(ctx, managedUnits, args);
}

/** The user must be locked, so that it is still a resident of the customer when the transaction ends. */
async function requireResident(
  tx: Transaction,
  customerId: string,
  id: string | null | undefined,
  ...path: string[]
): Promise<void> {
  if (!id) return;
  const resident = await tx.db.user.findFirst({ where: { id, customerId, role: 'RESIDENT' } });
  if (!resident) throw notFound('User', ...path);
  requireNotErased(resident, ...path);
}
