import type { Viewer } from '../../core/viewer.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Customer, Plan } from '../../generated/prisma/client.ts';

/** The one customer that the viewer is a member of. */
export function accountsVisibleTo({ permissions, customerId }: Viewer): Where<Customer> {
  return permissions.has('account:read') && customerId ? { id: customerId } : NOTHING;
}

/** The plans of the member's tenant; an account leads to no plan but its own. */
export function accountPlansVisibleTo({ permissions, tenantId }: Viewer): Where<Plan> {
  return permissions.has('account:read') && tenantId ? { tenantId } : NOTHING;
}
