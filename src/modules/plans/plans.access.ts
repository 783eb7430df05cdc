import type { Viewer } from '../../core/viewer.ts';
import { staffOfTenant, type TenantRow } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { Plan } from '../../generated/prisma/client.ts';

/** Plans are seen by the staff who may read them; members see their customer's as part of its Account. */
export function plansVisibleTo(viewer: Viewer): Where<Plan> {
  return staffOfTenant<Plan & TenantRow>(viewer, 'plans:read');
}
