import { PLATFORM_FEED } from '../src/core/feed.ts';
import { ROLE_PERMISSIONS } from '../src/core/permissions.ts';
import { isMemberRole, isPlatformRole, type Viewer } from '../src/core/viewer.ts';
import type { Role } from '../src/generated/prisma/enums.ts';

/** The roles, from those who see most to those who see least. */
export const ROLES = Object.keys(ROLE_PERMISSIONS) as Role[];

/** The ids of a sample viewer's place, each a different one, so that a rule shows which of them it asks about. */
export const PLACE = {
  user: 'the user',
  customer: 'the customer',
  tenant: 'the tenant',
  otherTenant: 'another tenant of the organization',
  organization: 'the organization',
} as const;

/** Somebody of a role who holds nothing beside it, in the middle of the sample place. */
export function sampleViewer(role: Role): Viewer {
  const isOfPlatform = isPlatformRole(role);
  const isOfOrganization = role === 'ORGANIZATION_ADMIN';
  const tenantId = isOfPlatform || isOfOrganization ? null : PLACE.tenant;
  const organizationId = isOfOrganization ? PLACE.organization : null;
  return {
    userId: PLACE.user,
    name: role,
    role,
    permissions: new Set(ROLE_PERMISSIONS[role]),
    rightsVersion: 1,
    tenantId,
    organizationId,
    customerId: isMemberRole(role) ? PLACE.customer : null,
    reach: isOfPlatform ? 'EVERY_TENANT' : [PLACE.tenant, ...(isOfOrganization ? [PLACE.otherTenant] : [])],
    homeFeed: tenantId ?? organizationId ?? PLATFORM_FEED,
  };
}
