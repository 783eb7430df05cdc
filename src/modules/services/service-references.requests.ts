import type { ViewerContext } from '../../core/context.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToReferTo } from '../../db/row-to-change.ts';
import { services } from './services.access.ts';

const SERVICE = sentences('INVALID_INPUT', {
  UNFIT_SERVICE: 'The service is of another tenant or organization.',
});

/**
 * Keeps the services to which a row of an owner refers from being deleted until the transaction has ended. Throws
 * NOT_FOUND for a service that is not visible to the viewer, and INVALID_INPUT for one of another owner: a row and its
 * services have the same audience. Both are at the path that `pathOf` makes of the position in the list.
 */
export async function requireServicesOf(
  owner: OwnedRow,
  tx: Transaction,
  ctx: Pick<ViewerContext, 'viewer'>,
  ids: readonly string[],
  pathOf: (index: number) => string[],
): Promise<void> {
  for (const id of ids.toSorted()) {
    const path = pathOf(ids.indexOf(id));
    const service = await rowToReferTo(tx, ctx, services, id, ...path);
    if (service.tenantId === owner.tenantId && service.organizationId === owner.organizationId) continue;
    throw invalidInput(SERVICE.UNFIT_SERVICE(), ...path);
  }
}
