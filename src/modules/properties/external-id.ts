import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { emptyAsNull, optional, text } from '../../core/requests/input-fields.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';

const EXTERNAL_ID = sentences('FORBIDDEN_CHANGE', {
  EXTERNAL_ID_OF_STAFF: 'Only staff sets external ids.',
});

/** The id of a property or a unit in another system. */
export const externalIdField = optional(
  emptyAsNull(text('The id in another system, unique in the tenant; only staff sets it')),
);

/**
 * Refuses an external id to a customer's own users: a taken one would betray properties of other customers. Throws
 * FORBIDDEN_CHANGE.
 */
export function requireStaffFor(
  { viewer }: ViewerContext,
  { externalId }: { readonly externalId?: string | null | undefined },
): void {
  if (externalId === undefined || !isCustomerRole(viewer.role)) return;
  throw forbiddenChange(EXTERNAL_ID.EXTERNAL_ID_OF_STAFF(), 'input', 'externalId');
}
