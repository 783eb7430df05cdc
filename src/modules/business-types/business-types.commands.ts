import { createInput, updateInput } from '../../core/requests/input.ts';
import { slug, text } from '../../core/requests/input-fields.ts';
import { createCommand } from '../../db/input-commands.ts';
import { businessTypeEntity } from './business-types.changes.ts';

// Invariants of this room: the keys of all business types differ and never change; a business type that a tenant has
// cannot be deleted.

const fields = { name: text('The name') };

export const businessTypeCreateInput = createInput({
  key: slug('The name by which programs know it, unique among business types'),
  ...fields,
});

export const businessTypeUpdateInput = updateInput(fields);

/** Creates a business type; throws UserErrors for a bad input, or a key that is taken. */
export const createBusinessType = createCommand(businessTypeEntity, businessTypeCreateInput, (tx, data) =>
  tx.db.businessType.create({ data }),
);
