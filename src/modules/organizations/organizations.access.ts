import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { ofEveryLevel } from '../../core/rights/scope.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Organization } from '../../generated/prisma/client.ts';
import { organizationEntity } from './organizations.changes.ts';

export const permissions = {
  'organizations:read': ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT', 'ORGANIZATION_ADMIN'],
  'organizations:write': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Users of the platform see every organization; other users who may read organizations see their own. */
function organizationsVisibleTo({ role, permissions, organizationId }: Viewer): Where<Organization> {
  if (!permissions.has('organizations:read')) return NOTHING;
  if (isPlatformRole(role)) return {};
  return organizationId ? { id: organizationId } : NOTHING;
}

export const organizations: Rows<Organization> = {
  entity: organizationEntity,
  type: 'Organization',
  rule: may('organizations:read'),
  writeRule: may('organizations:write'),
  visibleTo: visibilityOf(organizationEntity, organizationsVisibleTo),
  scope: ofEveryLevel,
};
