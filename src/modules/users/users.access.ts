import { PLATFORM_FEED } from '../../core/feed.ts';
import { isPermission, type Permission, ROLE_PERMISSIONS } from '../../core/permissions.ts';
import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import type { Where } from '../../core/where.ts';
import type { Role, User } from '../../generated/prisma/client.ts';

/**
 * Everybody sees themselves. Who may read users sees more: the platform everyone, an organization its own people
 * and those of its tenants, the staff of a tenant those of the tenant, members the members of their customer.
 */
export function usersVisibleTo(viewer: Viewer): Where<User> {
  if (seesOnlySelf(viewer)) return { id: viewer.userId };
  if (isMemberRole(viewer.role)) return { customerId: viewer.customerId };
  if (viewer.reach === 'EVERY_TENANT') return {};
  return { OR: [{ tenantId: { in: viewer.reach } }, ...peopleOf(viewer.organizationId)] };
}

/** Whether a viewer sees nobody else. All others are among those they see, so it need not be said. */
export function seesOnlySelf({ permissions, role, customerId }: Viewer): boolean {
  return !permissions.has('users:read') || (isMemberRole(role) && customerId === null);
}

function peopleOf(organizationId: string | null): Where<User>[] {
  return organizationId ? [{ organizationId }] : [];
}

/** The people of one level: of a tenant, of an organization itself, or of the platform itself. */
export function usersOfLevel(feed: string): Where<User> {
  if (feed === PLATFORM_FEED) return { tenantId: null, organizationId: null };
  return { OR: [{ tenantId: feed }, { organizationId: feed }] };
}

/** Everything a user may do: what the role grants and what is held beside it. */
export function permissionsOf({ role, permissions }: Pick<User, 'role' | 'permissions'>): Set<Permission> {
  return new Set([...ROLE_PERMISSIONS[role], ...permissions.filter(isPermission)]);
}

/** Whether somebody is kept from signing in, whatever their rights. */
export function isBarred({ isActive, status }: Pick<User, 'isActive' | 'status'>): boolean {
  return !isActive || status === 'LOCKED';
}

const TENANT_ROLES: readonly Role[] = ['TENANT_ADMIN', 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'];
const EVERY_ROLE: readonly Role[] = [
  'PLATFORM_ADMIN',
  'PLATFORM_SUPPORT',
  'ORGANIZATION_ADMIN',
  ...TENANT_ROLES,
];

/** The roles that a viewer may give, and whose holders the viewer may change. */
export function assignableRoles({ role }: Viewer): readonly Role[] {
  if (role === 'PLATFORM_ADMIN') return EVERY_ROLE;
  return role === 'ORGANIZATION_ADMIN' || role === 'TENANT_ADMIN' ? TENANT_ROLES : [];
}
