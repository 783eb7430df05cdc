import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { idOf, optional, text } from '../../core/requests/input-fields.ts';
import { matches } from '../../core/rights/where.ts';
import { idempotent, type Transaction, type Written } from '../../core/rows/transact.ts';
import { changeRow, createRow, deleteRow } from '../../db/row-commands.ts';
import type { Customer, Property } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { properties } from './properties.access.ts';
import { propertyEntity } from './properties.changes.ts';

// Invariants of this room: a property never moves to another customer; a user cannot create a property that it would not
// see; a property with units cannot be deleted. The room of customers counts the properties of a customer and limits
// their number. The invariants of units are in units.commands.ts.

const fields = {
  name: text('The name'),
  address: text('Postal address', { max: 500 }),
};

export const propertyCreateInput = createInput({
  customerId: optional(
    idOf('Customer', 'The customer it belongs to'),
    'for users of a customer, their own by default',
  ),
  ...fields,
});

export const propertyUpdateInput = updateInput(fields);

/**
 * Creates a property; throws UserErrors for a bad input, no such customer, a customer whose plan allows no more, or a key used
 * for something else.
 */
export async function createProperty(
  ctx: ViewerContext,
  { input, idempotencyKey }: CreateArgs<typeof propertyCreateInput>,
): Promise<Written<Property>> {
  const { customerId: named, ...data } = parseInput(propertyCreateInput, input);
  const customerId = named ?? ctx.viewer.customerId;
  if (!customerId)
    throw invalidInput(
      'customerId is required, because you are not a member of a customer.',
      'input',
      'customerId',
    );
  const idempotency = idempotent(idempotencyKey, 'propertyCreate', customerId, data);
  return createRow(ctx, propertyEntity, idempotency, async (tx) => {
    const { tenantId } = await customerToServe(tx, ctx, customerId);
    return tx.db.property.create({ data: { ...data, customerId, tenantId } });
  });
}

/** Changes the given fields; throws UserErrors for a bad input, no such property, or an old version. */
export async function updateProperty(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof propertyUpdateInput>,
): Promise<Written<Property>> {
  const data = parseInput(propertyUpdateInput, input);
  return changeRow(ctx, properties, args, () => data);
}

/** Deletes a property; throws UserErrors for no such property, one that has units, or an old version. */
export async function deleteProperty(ctx: ViewerContext, args: RowArgs): Promise<Written<Property>> {
  return deleteRow(ctx, properties, args);
}

/** Unlike `rowToReferTo`, it does not require visibility: a user may see the properties of a customer and not the customer. */
async function customerToServe(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<Customer> {
  await tx.lockAgainstDelete(customerEntity, id);
  const customer = await tx.db.customer.findUnique({ where: { id } });
  const place = customer && { tenantId: customer.tenantId, customerId: customer.id };
  if (!place || !matches(properties.visibleTo(viewer), place as Property)) {
    throw notFound('customer', 'input', 'customerId');
  }
  return customer;
}
