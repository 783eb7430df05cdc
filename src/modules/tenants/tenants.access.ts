import { reaches, type Viewer } from '../../core/viewer.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Tenant } from '../../generated/prisma/client.ts';

/** Tenants are seen by those who may read tenants and may look into them. */
export function tenantsVisibleTo({ permissions, reach }: Viewer): Where<Tenant> {
  if (!permissions.has('tenants:read')) return NOTHING;
  return reach === 'EVERY_TENANT' ? {} : { id: { in: reach } };
}

/** Whoever may look into a tenant may follow its feed. */
export function mayFollowTenant(viewer: Viewer, tenant?: Tenant): boolean {
  return tenant === undefined || reaches(viewer, tenant.id);
}
