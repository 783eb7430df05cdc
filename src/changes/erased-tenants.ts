import { invalidState, type UserErrors } from '../core/requests/errors.ts';
import { sentences } from '../core/requests/fault.ts';
import { sqlStateOf } from '../db/refused-commit.ts';

/** The SQLSTATE with which the trigger that numbers changes refuses those of a tenant whose erasure has begun. */
const ERASED_TENANT = 'P0E01';

const STATE = sentences('INVALID_STATE', {
  TENANT_IS_ERASED: 'The tenant is being erased: nothing of it changes any more.',
});

/** Whether a write failed because it was in the feed of a tenant whose erasure has begun. */
export function isOfErasedTenant(error: unknown): boolean {
  return sqlStateOf(error) === ERASED_TENANT;
}

/** The refusal of such a write. */
export function tenantIsErased(): UserErrors {
  return invalidState(STATE.TENANT_IS_ERASED());
}
