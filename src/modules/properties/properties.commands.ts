import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { inUse, invalidInput, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { requiredText } from '../../core/input-text.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { matches } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Customer, Property } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { propertiesVisibleTo } from './properties.access.ts';
import { propertyEntity } from './properties.changes.ts';

// Invariants of this room: a property never moves to another customer; nobody makes one that they would not see; one
// with units cannot be deleted. How many a customer may have is said where they are counted, in the room of customers;
// what holds of units, in units.commands.ts.

const fields = {
  name: requiredText('The name'),
  address: requiredText('The address', 500),
};

const createInput = z.object({ ...fields, customerId: z.string().nullish() });

const updateInput = z.object(fields).partial();

/**
 * Creates a property; throws UserErrors for a bad input, no such customer, one whose plan allows no more, or a key used
 * for something else.
 */
export async function createProperty(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Property>> {
  const { customerId: named, ...data } = parseInput(createInput, input);
  const customerId = named ?? ctx.viewer.customerId;
  if (!customerId)
    throw invalidInput(
      'customerId is required, because you are not a member of a customer.',
      'input',
      'customerId',
    );
  return ctx.transact(
    async (tx) => {
      const customer = await customerToServe(tx, ctx, customerId);
      const property = await tx.db.property.create({
        data: { ...data, customerId, tenantId: customer.tenantId },
      });
      tx.created(propertyEntity, property);
      return property;
    },
    idempotent(idempotencyKey, 'propertyCreate', customerId, data),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such property, or a version that has passed. */
export async function updateProperty(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Property>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await propertyToChange(tx, ctx, id, expectedVersion);
    return tx.update(propertyEntity, before, data, (change) =>
      tx.db.property.update({ where: { id }, data: change }),
    );
  });
}

/** Deletes a property; throws UserErrors for no such property, one that has units, or a version that has passed. */
export async function deleteProperty(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Property>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(propertyEntity, id);
    const property = await propertyToChange(tx, ctx, id, expectedVersion);
    const units = await tx.db.unit.count({ where: { propertyId: id } });
    if (units > 0) throw inUse('The property still has units: delete them first.');
    await tx.db.property.delete({ where: { id } });
    tx.deleted(propertyEntity, property);
    return property;
  });
}

async function propertyToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Property> {
  await tx.lock(propertyEntity, id);
  const visible = toPrismaWhere(propertiesVisibleTo(viewer));
  const property = await tx.db.property.findFirst({ where: { AND: [{ id }, visible] } });
  if (!property) throw notFound('property', 'id');
  requireVersion(property, expectedVersion);
  return property;
}

/** The customer must still be there when the property is, and be one whose properties are in view. */
async function customerToServe(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<Customer> {
  await tx.lockAgainstDelete(customerEntity, id);
  const customer = await tx.db.customer.findUnique({ where: { id } });
  const place = customer && { tenantId: customer.tenantId, customerId: customer.id };
  if (!place || !matches(propertiesVisibleTo(viewer), place as Property)) {
    throw notFound('customer', 'input', 'customerId');
  }
  return customer;
}
