import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { idOf, optional, text } from '../../core/requests/input-fields.ts';
import { matches } from '../../core/rights/where.ts';
import { requireNotErased } from '../../core/rows/erased-person.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import type { Customer, Property } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { externalIdField, requireStaffFor } from './external-id.ts';
import { properties } from './properties.access.ts';
import { propertyEntity } from './properties.changes.ts';

const PROPERTY = sentences('INVALID_INPUT', {
  CUSTOMER_NEEDED: 'customerId is required, because you are not a member of a customer.',
});

// Invariants of this room: a property never moves to another customer; a user cannot create a property that it would not
// see; a property with units cannot be deleted. The room of customers counts the properties of a customer and limits
// their number. The invariants of units are in units.commands.ts.

const fields = {
  externalId: externalIdField,
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

/**
 * Creates a property; throws UserErrors for a bad input, no such customer, one whose plan allows no more, or one that was
 * erased.
 */
export const createProperty = createCommand(
  propertyEntity,
  propertyCreateInput,
  async (tx, { customerId: named, ...data }, ctx) => {
    requireStaffFor(ctx, data);
    const { id: customerId, tenantId } = await customerToServe(tx, ctx, named ?? ctx.viewer.customerId);
    return tx.db.property.create({ data: { ...data, customerId, tenantId } });
  },
);

/** Changes the given fields; throws UserErrors for a bad input, no such property, an old version, or an erased customer. */
export const updateProperty = updateCommand(
  properties,
  propertyUpdateInput,
  async (tx, data, { customerId }, ctx) => {
    requireStaffFor(ctx, data);
    // An erasure blanks the customer before its properties, so this one waits for it or is blanked afterwards.
    requireNotErased(await tx.db.customer.findUniqueOrThrow({ where: { id: customerId } }), 'id');
    return data;
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
  await tx.lock(customerEntity, id);
  const customer = await tx.db.customer.findUnique({ where: { id } });
  const place = customer && { tenantId: customer.tenantId, customerId: customer.id };
  if (!place || !matches(properties.visibleTo(viewer), place as Property)) {
    throw notFound('Customer', 'input', 'customerId');
  }
  requireNotErased(customer, 'input', 'customerId');
  return customer;
}
