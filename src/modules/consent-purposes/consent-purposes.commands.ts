import { limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import {
  defaulted,
  flag,
  integer,
  longText,
  optional,
  slug,
  text,
} from '../../core/requests/input-fields.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommandOfTenant } from '../../db/input-commands.ts';
import { consentPurposeEntity } from './consent-purposes.changes.ts';

// Invariants of this room: the keys of a tenant's purposes differ, and a key never changes, because programs know the
// purpose by it; `noticeVersion` is that of the last notice and only publishing a notice moves it; what a purpose demands
// applies to later grants and changes no consent; a purpose with notices or consents cannot be deleted; a tenant
// has a hundred at most.

/** A hundred years: the end of a consent stays within the times that a DateTime can name. */
const MAX_VALIDITY_DAYS = 36_500;

const MAX_PURPOSES = 100;

const PURPOSES = sentences('LIMIT_REACHED', {
  TOO_MANY_PURPOSES: 'A tenant has {max} purposes at most.',
});

const fields = {
  title: text('The title, as subjects read it'),
  description: optional(longText('Description of what the data is used for')),
  requiresDoubleOptIn: defaulted(flag('Whether the subject confirms a grant'), 'false by default'),
  validityDays: optional(
    integer('The days after which a consent expires', { min: 1, max: MAX_VALIDITY_DAYS }),
    'never by default',
  ),
  isActive: defaulted(flag('Whether consent to it can be granted'), 'true by default'),
};

export const consentPurposeCreateInput = createInput({
  tenantId: tenantIdField,
  key: slug('The key, unique in the tenant, by which programs know it'),
  ...fields,
});

export const consentPurposeUpdateInput = updateInput(fields);

/** Creates a purpose; throws UserErrors for a bad input, a key that is taken, or one purpose too many. */
export const createConsentPurpose = createCommandOfTenant(
  consentPurposeEntity,
  consentPurposeCreateInput,
  async (tx, data) => {
    await requireRoom(tx, data.tenantId);
    return tx.db.consentPurpose.create({ data });
  },
);

/** The row of a subject holds the states of its consents, so a tenant has a number of purposes that leaves it small. */
async function requireRoom(tx: Transaction, tenantId: string): Promise<void> {
  // The lock is held until the transaction ends: otherwise two concurrent writers could both count one free place.
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('consent purposes'), hashtext(${tenantId}))`;
  const count = await tx.db.consentPurpose.count({ where: { tenantId } });
  if (count >= MAX_PURPOSES) throw limitReached(PURPOSES.TOO_MANY_PURPOSES({ max: MAX_PURPOSES }), 'input');
}
