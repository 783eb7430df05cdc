import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import {
  ADMINS,
  type GrantedBy,
  type Grants,
  grantedPermissions,
  type Permission,
  READERS,
  type Templates,
} from '../../core/rights/permissions.ts';
import { may, signedIn } from '../../core/rights/rules.ts';
import { ofOneLevel } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import { customersSee } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Role, User } from '../../generated/prisma/client.ts';
import { memberView, userEntity } from './users.changes.ts';

export const permissions = {
  'users:read': [...READERS, 'SUPPORT', 'OWNER', 'MANAGER'],
  'users:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
  /** Reads the extra permissions and attributes of other users. */
  'permissions:read': READERS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/**
 * Users see themselves. Those who may read users see more: users of the platform all users, those of an organization
 * its own and those of its tenants, the staff of a tenant those of the tenant, a customer's own users those of the
 * customer.
 */
export function usersVisibleTo(viewer: Viewer): Where<User> {
  if (seesOnlySelf(viewer)) return { id: viewer.userId };
  if (isCustomerRole(viewer.role)) return { customerId: viewer.customerId };
  if (viewer.reach === 'EVERY_TENANT') return {};
  return { OR: [{ tenantId: { in: viewer.reach } }, ...usersOfOrganization(viewer.organizationId)] };
}

/** Whether a viewer sees itself and no other user. Every other viewer is among the users that it sees. */
function seesOnlySelf({ permissions, role, customerId }: Viewer): boolean {
  return !permissions.has('users:read') || (isCustomerRole(role) && customerId === null);
}

function usersOfOrganization(organizationId: string | null): Where<User>[] {
  return organizationId ? [{ organizationId }] : [];
}

/** The users of one level: of a tenant, of an organization itself, or of the platform itself. */
function usersOfLevel(feed: string): Where<User> {
  if (feed === PLATFORM_FEED) return { tenantId: null, organizationId: null };
  return { OR: [{ tenantId: feed }, { organizationId: feed }] };
}

export const users: Rows<User> = {
  entity: userEntity,
  type: 'User',
  rule: signedIn,
  writeRule: may('users:write'),
  visibleTo: visibilityOf(userEntity, usersVisibleTo),
  isPersonal: seesOnlySelf,
  // A customer's own users do not notice each other's consents.
  viewFor: customersSee(memberView),
  scope: { ...ofOneLevel, rows: usersOfLevel },
};

/** Everything a user may do: what the role grants under the templates of its tenant, and what the user holds beside it. */
export function permissionsOf(
  { role, permissions }: Pick<User, 'role' | 'permissions'>,
  templates: Templates,
): Set<Permission> {
  return new Set([...grantedPermissions.under(templates, role), ...ownPermissionsOf({ permissions })]);
}

/** The permissions that a user holds beside its role. */
export function ownPermissionsOf({ permissions }: Pick<User, 'permissions'>): Set<Permission> {
  return new Set(permissions.filter((name): name is Permission => grantedPermissions.has(name)));
}

/** Whether a user is kept from signing in, whatever its rights. */
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

/** The roles whose holders a viewer may change. */
export function assignableRoles({ role }: Viewer): readonly Role[] {
  if (role === 'PLATFORM_ADMIN') return EVERY_ROLE;
  return role === 'ORGANIZATION_ADMIN' || role === 'TENANT_ADMIN' ? TENANT_ROLES : [];
}

const STAFF_ROLES = EVERY_ROLE.filter((role) => !isCustomerRole(role));

/**
 * Those of some permissions that a viewer may not give to the users of a role: what it does not hold itself. With a role
 * of a customer's users those that no staff has, e.g. for one's own account, are not counted: they reach no further than
 * one customer. It is the same at each way to a right: a role, a permission template, a rollback of one.
 */
export function permissionsBeyond(
  { permissions }: Viewer,
  role: Role,
  given: readonly Permission[],
): readonly Permission[] {
  const isOfStaff = (one: Permission) =>
    STAFF_ROLES.some((staff) => grantedPermissions.of(staff).includes(one));
  return given.filter((one) => !permissions.has(one) && (!isCustomerRole(role) || isOfStaff(one)));
}
