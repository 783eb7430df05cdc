import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, inUse, invalidInput, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { requiredText } from '../../core/input-text.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { propertiesVisibleTo, unitsManagedBy } from './properties.access.ts';
import { propertyEntity, unitEntity } from './properties.changes.ts';

// What holds of units: their labels differ within a property; who rents one is a RESIDENT among the members of its
// customer, at every moment (units.reactions.ts empties it when that ends), one resident at most, who may rent several;
// one that payments were recorded or maintenance was requested for cannot be deleted. Users are locked before units, by
// the reaction as by commands.

const ifLabelIsTaken = ifTaken('unit_property_id_label_key', labelTaken);

const label = requiredText('The label', 100);

const createInput = z.object({ propertyId: z.string(), label, residentId: z.string().nullish() });

const updateInput = z.object({ label }).partial();

/**
 * Creates a unit; throws UserErrors for a bad input, no such property or resident, a label that is taken, or a key used
 * for something else.
 */
export async function createUnit(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Unit>> {
  const data = parseInput(createInput, input);
  return ctx.transact(
    async (tx) => {
      if (data.residentId) await tx.lock(userEntity, data.residentId);
      const { id: propertyId, customerId, tenantId } = await propertyToServe(tx, ctx, data.propertyId);
      await requireResident(tx, customerId, data.residentId, 'input', 'residentId');
      await requireFreeLabel(tx, propertyId, data.label);
      const unit = await tx.db.unit.create({ data: { ...data, customerId, tenantId } }).catch(ifLabelIsTaken);
      tx.created(unitEntity, unit);
      return unit;
    },
    idempotent(idempotencyKey, 'unitCreate', data),
  );
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such unit, a label that is taken, or a version that has
 * passed.
 */
export async function updateUnit(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Unit>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await unitToChange(tx, ctx, id, expectedVersion);
    await requireFreeLabel(tx, before.propertyId, data.label, id);
    return tx.update(unitEntity, before, data, (change) =>
      tx.db.unit.update({ where: { id }, data: change }).catch(ifLabelIsTaken),
    );
  });
}

/**
 * Says who rents a unit, null for nobody; throws UserErrors if that was not said, for no such unit or resident, or a
 * version that has passed.
 */
export async function setUnitResident(
  ctx: ViewerContext,
  id: string,
  residentId: string | null | undefined,
  expectedVersion?: number | null,
): Promise<Written<Unit>> {
  if (residentId === undefined) throw invalidInput('Say who rents the unit: null is nobody.', 'residentId');
  return ctx.transact(async (tx) => {
    if (residentId) await tx.lock(userEntity, residentId);
    const before = await unitToChange(tx, ctx, id, expectedVersion);
    await requireResident(tx, before.customerId, residentId, 'residentId');
    return tx.update(unitEntity, before, { residentId }, (change) =>
      tx.db.unit.update({ where: { id }, data: change }),
    );
  });
}

/** Deletes a unit; throws UserErrors for no such unit, one that has payments or requests, or a version that has passed. */
export async function deleteUnit(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Unit>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(unitEntity, id);
    const unit = await unitToChange(tx, ctx, id, expectedVersion);
    await requireNoHistory(tx, id);
    await tx.db.unit.delete({ where: { id } });
    tx.deleted(unitEntity, unit);
    return unit;
  });
}

/** In the same words for payments and requests: not everybody who may delete units may know of both. */
async function requireNoHistory({ db }: Transaction, unitId: string): Promise<void> {
  const payments = await db.payment.count({ where: { unitId } });
  const requests = await db.maintenanceRequest.count({ where: { unitId } });
  if (payments + requests > 0) throw inUse('The unit has a history, so it cannot be deleted.');
}

async function unitToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Unit> {
  await tx.lock(unitEntity, id);
  const managed = toPrismaWhere(unitsManagedBy(viewer));
  const unit = await tx.db.unit.findFirst({ where: { AND: [{ id }, managed] } });
  if (!unit) throw notFound('unit', 'id');
  requireVersion(unit, expectedVersion);
  return unit;
}

/** The property must still be there when the unit is. */
async function propertyToServe(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<Property> {
  await tx.lockAgainstDelete(propertyEntity, id);
  const visible = toPrismaWhere(propertiesVisibleTo(viewer));
  const property = await tx.db.property.findFirst({ where: { AND: [{ id }, visible] } });
  if (!property) throw notFound('property', 'input', 'propertyId');
  return property;
}

/** Whoever is to rent the unit is locked, so that nobody stops being a resident meanwhile. */
async function requireResident(
  tx: Transaction,
  customerId: string,
  id: string | null | undefined,
  ...path: string[]
): Promise<void> {
  if (!id) return;
  if (!(await tx.db.user.count({ where: { id, customerId, role: 'RESIDENT' } }))) {
    throw notFound('resident', ...path);
  }
}

async function requireFreeLabel(
  tx: Transaction,
  propertyId: string,
  wanted: string | undefined,
  own?: string,
): Promise<void> {
  if (wanted === undefined) return;
  const holder = await tx.db.unit.findUnique({
    where: { propertyId_label: { propertyId, label: wanted } },
    select: { id: true },
  });
  if (holder && holder.id !== own) throw labelTaken();
}

function labelTaken() {
  return alreadyExists('The property has a unit of this label already.', 'input', 'label');
}
