import { createInput, updateInput } from '../../../core/requests/input.ts';
import { choice, listOf, optional, text, time } from '../../../core/requests/input-fields.ts';
import { tenantIdField } from '../../../core/rights/scope.ts';
import { path } from '../configuration-input.ts';

/** The most paths that one opt-out names. */
const MAX_PATHS = 100;

/** The most days for which a tenant stays at what it has. */
export const MAX_DAYS = 90;

const fields = {
  reason: text('Why the tenant does not want the changes', { max: 1_000 }),
  expiresAt: time(
    `When it ends by itself, in the future and at most ${MAX_DAYS} days ahead; the tenant then adopts the newest versions`,
  ),
};

/** Exactly one of a type and paths is given. */
export const configOptOutInput = createInput({
  tenantId: tenantIdField,
  type: optional(
    choice('ConfigurationType', 'The type, all paths of which it is about'),
    'the named paths alone',
  ),
  paths: optional(
    listOf({ ...path, description: 'The paths that it is about' }, { max: MAX_PATHS }),
    'all paths of the type',
  ),
  ...fields,
});

export const configOptOutUpdateInput = updateInput(fields);
