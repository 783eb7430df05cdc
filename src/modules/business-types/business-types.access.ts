import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { ofEveryLevel } from '../../core/rights/scope.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { BusinessType } from '../../generated/prisma/client.ts';
import { businessTypeEntity } from './business-types.changes.ts';

export const permissions = {
  'business-types:read': ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'],
  'business-types:write': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Users of the platform who may read business types see all of them. Their changes are in no other feed. */
function businessTypesVisibleTo({ role, permissions }: Viewer): Where<BusinessType> {
  return isPlatformRole(role) && permissions.has('business-types:read') ? {} : NOTHING;
}

export const businessTypes: Rows<BusinessType> = {
  entity: businessTypeEntity,
  type: 'BusinessType',
  rule: may('business-types:read'),
  writeRule: may('business-types:write'),
  visibleTo: visibilityOf(businessTypeEntity, businessTypesVisibleTo),
  scope: ofEveryLevel,
};
