import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import { ofEveryLevel } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import { NOTHING } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { TenantErasure } from '../../generated/prisma/client.ts';
import { tenantErasureEntity } from './tenant-erasures.changes.ts';

export const permissions = {
  /** Archives tenants, which erases them after a time of grace, restores them, and reads what was erased and what is kept. */
  'tenants:archive': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Administrators of the platform: what is kept of a tenant is not for its own users, nor for its organization. */
export function mayArchive(viewer: Viewer): boolean {
  return staffMay('tenants:archive')(viewer) && isPlatformRole(viewer.role);
}

export const tenantErasures: Rows<TenantErasure> = {
  entity: tenantErasureEntity,
  type: 'TenantErasure',
  rule: mayArchive,
  visibleTo: visibilityOf(tenantErasureEntity, (viewer) => (mayArchive(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};
