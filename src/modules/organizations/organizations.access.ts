import { isPlatformRole, type Viewer } from '../../core/viewer.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Organization } from '../../generated/prisma/client.ts';

/** People of the platform see every organization, everybody else who may read organizations their own. */
export function organizationsVisibleTo({ role, permissions, organizationId }: Viewer): Where<Organization> {
  if (!permissions.has('organizations:read')) return NOTHING;
  if (isPlatformRole(role)) return {};
  return organizationId ? { id: organizationId } : NOTHING;
}
