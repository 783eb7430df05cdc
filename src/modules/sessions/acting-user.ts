import type { ObeyedSettings } from '../../configuration/layers/obeyed-settings.ts';
import type { ModulesOff } from '../../core/rights/modules.ts';
import type { Permission } from '../../core/rights/permissions.ts';
import {
  isPlatformRole,
  type Reach,
  type Sharing,
  type Viewer,
  type ViewerApiToken,
} from '../../core/rights/viewer.ts';
import type { Prisma, Session } from '../../generated/prisma/client.ts';
import { isBarred, ownPermissionsOf, permissionsOf } from '../users/users.access.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** The relations that are read with a user to tell whether and where the user may act. */
export const WITH_REACH = {
  tenant: { select: { status: true, suspensions: true, organizationId: true } },
  organization: { select: { tenants: { where: { status: { not: 'ARCHIVED' } }, select: { id: true } } } },
} as const satisfies Prisma.UserInclude;

export type ActingUser = Prisma.UserGetPayload<{ include: typeof WITH_REACH }>;

/** Tells whether a user may act at all: active, not locked, of no suspended or archived tenant. */
export function mayAct(user: ActingUser): boolean {
  return !isBarred(user) && (user.tenant === null || user.tenant.status === 'ACTIVE');
}

/** Tells whether a session of a user can still be used. */
export function isAlive(
  session: Pick<Session, 'revokedAt' | 'expiresAt' | 'tenantSuspensions'>,
  { tenant }: Pick<ActingUser, 'tenant'>,
  now: Date,
): boolean {
  const { revokedAt, expiresAt, tenantSuspensions } = session;
  return revokedAt === null && expiresAt > now && tenantSuspensions === (tenant?.suspensions ?? 0);
}

/** Makes the viewer that a user is under the settings that act on it, or that an API token of the user is. */
export function viewerOf(
  user: ActingUser,
  settings: ObeyedSettings,
  modulesOff: ModulesOff,
  apiToken: ViewerApiToken | null = null,
): Viewer {
  const permissions = permissionsOf(user, settings.templates);
  return {
    userId: user.id,
    name: user.name,
    role: user.role,
    permissions: apiToken ? within(permissions, apiToken.permissions) : permissions,
    ownPermissions: ownPermissionsOf(user),
    templates: settings.templates,
    rightsVersion: user.rightsVersion,
    tenantId: user.tenantId,
    organizationId: user.organizationId,
    customerId: user.customerId,
    reach: reachOf(user),
    sharing: sharingOf(user),
    modulesOff,
    homeFeed: homeFeedOf(user),
    apiToken,
  };
}

function within(held: ReadonlySet<Permission>, given: ReadonlySet<Permission>): Set<Permission> {
  return new Set([...held].filter((one) => given.has(one)));
}

function reachOf({ role, tenantId, organization }: ActingUser): Reach {
  if (isPlatformRole(role)) return 'EVERY_TENANT';
  if (organization) return organization.tenants.map(({ id }) => id);
  return tenantId ? [tenantId] : [];
}

function sharingOf({ role, tenant, organizationId }: ActingUser): Sharing {
  if (isPlatformRole(role)) return 'EVERY_ORGANIZATION';
  const organization = tenant?.organizationId ?? organizationId;
  return organization ? [organization] : [];
}
