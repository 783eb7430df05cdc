import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may, staffMay } from '../../core/rights/rules.ts';
import { ofEveryLevel } from '../../core/rights/scope.ts';
import { reaches, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from './tenants.changes.ts';

export const permissions = {
  'tenants:read': [...READERS, 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  'tenants:write': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/**
 * Viewers who may read tenants see those in their reach. Users of an organization see its tenants by the organization
 * that each has, so that one which moves leaves or enters their view by that change.
 */
function tenantsVisibleTo({ permissions, reach, organizationId }: Viewer): Where<Tenant> {
  if (!permissions.has('tenants:read')) return NOTHING;
  if (organizationId) return { organizationId };
  return reach === 'EVERY_TENANT' ? {} : { id: { in: reach } };
}

export const tenants: Rows<Tenant> = {
  entity: tenantEntity,
  type: 'Tenant',
  rule: may('tenants:read'),
  writeRule: staffMay('tenants:write'),
  visibleTo: visibilityOf(tenantEntity, tenantsVisibleTo),
  scope: ofEveryLevel,
};

/** A viewer may follow the feed of each tenant in its reach. */
export function mayFollowTenant(viewer: Viewer, tenant?: Tenant): boolean {
  return tenant === undefined || reaches(viewer, tenant.id);
}
