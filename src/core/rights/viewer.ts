import type { Role } from '../../generated/prisma/enums.ts';
import type { ModulesOff } from './modules.ts';
import type { Permission, Templates } from './permissions.ts';

/**
 * The user of a request, read from the database by the subject of a verified token. It contains nothing that a client
 * says about itself. A viewer never changes: when rights change, a new one replaces it.
 */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** The permissions of the role and those granted to the user. */
  readonly permissions: ReadonlySet<Permission>;
  /** Those of them that the user holds beside its role. */
  readonly ownPermissions: ReadonlySet<Permission>;
  /** The permission templates of its tenant. */
  readonly templates: Templates;
  readonly rightsVersion: number;
  /** Set for users of a tenant. */
  readonly tenantId: string | null;
  /** Set for users of an organization. */
  readonly organizationId: string | null;
  /** Set for users of a customer. */
  readonly customerId: string | null;
  /** The tenants in which this viewer may see anything; each entity's rule decides what is visible there. */
  readonly reach: Reach;
  /** The organizations of these tenants: rows that an organization shares with all its tenants are visible there. */
  readonly sharing: Sharing;
  /** The modules that are off in tenants in the reach: their rows there are in no view. */
  readonly modulesOff: ModulesOff;
  /** The feed that contains the changes of this viewer's own rights. */
  readonly homeFeed: string;
  /** The API token by which the user acts; null in a session. `permissions` are narrowed to its own. */
  readonly apiToken: ViewerApiToken | null;
}

/** An API token, as the viewer that acts by it has it. */
export interface ViewerApiToken {
  readonly id: string;
  readonly name: string;
  /** The permissions that it was given; those that its user does not hold count for nothing. */
  readonly permissions: ReadonlySet<Permission>;
}

/** The ids of tenants; those of an organization are all of its own tenants. */
export type Reach = 'EVERY_TENANT' | readonly string[];

/** The ids of organizations. */
export type Sharing = 'EVERY_ORGANIZATION' | readonly string[];

/** Tells whether a tenant is within the viewer's reach. */
export function reaches(viewer: Viewer, tenantId: string): boolean {
  return viewer.reach === 'EVERY_TENANT' || viewer.reach.includes(tenantId);
}

/** Tells whether the viewer may see rows that an organization shares with its tenants. */
export function sharesOf(viewer: Viewer, organizationId: string): boolean {
  return viewer.sharing === 'EVERY_ORGANIZATION' || viewer.sharing.includes(organizationId);
}

const PLATFORM_ROLES: readonly Role[] = ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'];
const CUSTOMER_ROLES: readonly Role[] = ['OWNER', 'MANAGER', 'RESIDENT'];

/** Tells whether a role belongs to the platform as a whole. */
export function isPlatformRole(role: Role): boolean {
  return PLATFORM_ROLES.includes(role);
}

/** Tells whether a role belongs to a user of a customer: an owner, a manager or a resident. */
export function isCustomerRole(role: Role): boolean {
  return CUSTOMER_ROLES.includes(role);
}
