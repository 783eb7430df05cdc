import type { Role } from '../generated/prisma/enums.ts';
import type { Permission } from './permissions.ts';

/**
 * Who is asking, read from the database by the subject of a verified token. Nothing that a client says about
 * itself is in here. A viewer never changes: when rights change, a new one takes its place.
 */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** Those of the role and those held beside it. */
  readonly permissions: ReadonlySet<Permission>;
  readonly rightsVersion: number;
  /** Set for people of a tenant. */
  readonly tenantId: string | null;
  /** Set for people of an organization. */
  readonly organizationId: string | null;
  /** Set for members of a customer. */
  readonly customerId: string | null;
  /** The tenants this viewer may look into at all; what is visible there is said by each entity's rule. */
  readonly reach: Reach;
  /** The feed in which changes of this viewer's own rights are written. */
  readonly homeFeed: string;
}

/** Ids of tenants; an organization's are all of its own. */
export type Reach = 'EVERY_TENANT' | readonly string[];

/** Tells whether a viewer may look into a tenant at all. */
export function reaches(viewer: Viewer, tenantId: string): boolean {
  return viewer.reach === 'EVERY_TENANT' || viewer.reach.includes(tenantId);
}

const PLATFORM_ROLES: readonly Role[] = ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'];
const MEMBER_ROLES: readonly Role[] = ['OWNER', 'MANAGER', 'RESIDENT'];

/** Tells whether a role belongs to the platform as a whole. */
export function isPlatformRole(role: Role): boolean {
  return PLATFORM_ROLES.includes(role);
}

/** Tells whether a role belongs to a member of a customer. */
export function isMemberRole(role: Role): boolean {
  return MEMBER_ROLES.includes(role);
}
