import type { Role } from '../generated/prisma/enums.ts';

/** Everything a role or a user can be granted, as `<resource>:<action>`. */
export const PERMISSIONS = [
  'organizations:read',
  'organizations:write',
  'tenants:read',
  'tenants:write',
  'users:read',
  'users:write',
  /** What other users may do: their extra permissions and attributes. */
  'permissions:read',
  'customers:read',
  'customers:write',
  /** Remarks about a customer that its members never see. */
  'notes:read',
  /** E-mail addresses and telephone numbers of customers. */
  'contacts:read',
  'plans:read',
  'plans:write',
  'prices:read',
  'account:read',
  'account:write',
  'properties:read',
  /** Properties and their units, with who rents them. */
  'properties:write',
  'units:read',
  'payments:read',
  'payments:write',
  /** How much was paid. */
  'amounts:read',
  'maintenance:read',
  /** Maintenance requests: to assign them and to move them on. */
  'maintenance:write',
  /** Maintenance requests of one's own unit. */
  'maintenance:report',
  'attributes:read',
  'attributes:write',
  'file-access-policies:read',
  'file-access-policies:write',
  'bulk-jobs:read',
  'audit:read',
  /** What the entries of the audit log changed, and from where. */
  'diffs:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const READ_ALL = PERMISSIONS.filter((permission) => permission.endsWith(':read'));
const OF_A_MEMBER: readonly Permission[] = ['account:read', 'account:write', 'maintenance:report'];
const forStaff = (permissions: readonly Permission[]) => permissions.filter((p) => !OF_A_MEMBER.includes(p));

/** What each role grants. Where a role may look is not said here but by the visibility rule of each entity. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  PLATFORM_ADMIN: forStaff(PERMISSIONS),
  PLATFORM_SUPPORT: forStaff(READ_ALL),
  ORGANIZATION_ADMIN: [...forStaff(READ_ALL), 'users:write'],
  TENANT_ADMIN: forStaff(PERMISSIONS).filter((p) => !p.startsWith('organizations:') && p !== 'tenants:write'),
  SUPPORT: [
    'tenants:read',
    'users:read',
    'customers:read',
    'customers:write',
    'notes:read',
    'contacts:read',
    'plans:read',
    'properties:read',
    'units:read',
    'payments:read',
    'maintenance:read',
    'maintenance:write',
    'audit:read',
  ],
  CSR: ['tenants:read', 'customers:read', 'contacts:read'],
  OWNER: [
    'tenants:read',
    'account:read',
    'account:write',
    'contacts:read',
    'prices:read',
    'users:read',
    'properties:read',
    'properties:write',
    'units:read',
    'payments:read',
    'payments:write',
    'amounts:read',
    'maintenance:read',
    'maintenance:write',
    'maintenance:report',
  ],
  MANAGER: [
    'tenants:read',
    'account:read',
    'contacts:read',
    'users:read',
    'properties:read',
    'properties:write',
    'units:read',
    'maintenance:read',
    'maintenance:write',
    'maintenance:report',
  ],
  RESIDENT: [
    'tenants:read',
    'account:read',
    'units:read',
    'payments:read',
    'amounts:read',
    'maintenance:read',
    'maintenance:report',
  ],
};

/** Tells whether a stored text is a permission; texts of a newer or older release are not. */
export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
