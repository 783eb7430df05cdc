import { PLATFORM_FEED } from '../src/core/feeds/feed.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../src/core/rights/viewer.ts';
import { Role } from '../src/generated/prisma/enums.ts';
import { grantedPermissions } from '../src/rooms.ts';

/** The roles, from those that see most to those that see least. */
export const ROLES = Object.values(Role);

/** The ids around a sample viewer, all different, so that a rule reveals which of them it tests. */
export const PLACE = {
  user: 'the user',
  customer: 'the customer',
  tenant: 'the tenant',
  otherTenant: 'another tenant of the organization',
  organization: 'the organization',
} as const;

/** A viewer of a role without additional permissions, with the sample ids. */
export function sampleViewer(role: Role): Viewer {
  const isOfPlatform = isPlatformRole(role);
  const isOfOrganization = role === 'ORGANIZATION_ADMIN';
  const tenantId = isOfPlatform || isOfOrganization ? null : PLACE.tenant;
  const organizationId = isOfOrganization ? PLACE.organization : null;
  return {
    userId: PLACE.user,
    name: role,
    role,
    permissions: new Set(grantedPermissions.of(role)),
    ownPermissions: new Set(),
    templates: {},
    rightsVersion: 1,
    tenantId,
    organizationId,
    customerId: isCustomerRole(role) ? PLACE.customer : null,
    reach: isOfPlatform ? 'EVERY_TENANT' : [PLACE.tenant, ...(isOfOrganization ? [PLACE.otherTenant] : [])],
    sharing: isOfPlatform ? 'EVERY_ORGANIZATION' : [PLACE.organization],
    modulesOff: {},
    homeFeed: tenantId ?? organizationId ?? PLATFORM_FEED,
    apiToken: null,
  };
}
