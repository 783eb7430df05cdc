import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { idOf, optional, text } from '../../core/requests/input-fields.ts';
import { matches } from '../../core/rights/where.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommand } from '../../db/input-commands.ts';
import type { Customer, Property } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { properties } from './properties.access.ts';
import { propertyEntity } from './properties.changes.ts';

const PROPERTY = sentences('INVALID_INPUT', {
  CUSTOMER_NEEDED: 'customerId is required, because you are not a member of a customer.',
});

// Invariants of this room: a property never moves to another customer; a user cannot create a property that it would not
// see; a property with units cannot be deleted. The room of customers counts the properties of a customer and limits
// their number. The invariants of units are in units.commands.ts.

const fields = {
  name: text('The name'),
  address: text('Postal address', { max: 500, hasLines: true }),
};

export const propertyCreateInput = createInput({
  customerId: optional(
    idOf('Customer', 'The customer it belongs to'),
    'for users of a customer, their own by default',
  ),
  ...fields,
});

export const propertyUpdateInput = updateInput(fields);

/** Creates a property; throws UserErrors for a bad input, no such customer, or one whose plan allows no more. */
export const createProperty = createCommand(
  propertyEntity,
  propertyCreateInput,
  async (tx, { customerId: named, ...data }, ctx) => {
    const { id: customerId, tenantId } = await customerToServe(tx, ctx, named ?? ctx.viewer.customerId);
    return tx.db.property.create({ data: { ...data, customerId, tenantId } });
  },
);

/**
 * Unlike `rowToReferTo`, it does not require visibility: a user may see the properties of a customer and not the
 * customer.
 */
async function customerToServe(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string | null,
): Promise<Customer> {
  if (!id) throw invalidInput(PROPERTY.CUSTOMER_NEEDED(), 'input', 'customerId');
  await tx.lockAgainstDelete(customerEntity, id);
  const customer = await tx.db.customer.findUnique({ where: { id } });
  const place = customer && { tenantId: customer.tenantId, customerId: customer.id };
  if (!place || !matches(properties.visibleTo(viewer), place as Property)) {
    throw notFound('Customer', 'input', 'customerId');
  }
  return customer;
}
