import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { isCustomerRole, reaches, type Viewer } from '../../core/rights/viewer.ts';

export const permissions = {
  'audit:read': [...READERS, 'SUPPORT'],
  /** The activity feed, of the rows that the user sees. */
  'activity:read': [...READERS, 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  /** The values that entries of the audit log changed, and the network addresses. */
  'diffs:read': READERS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Whether a viewer may read the audit log of a feed. The visibility of its changes is decided entity by entity. */
export function mayReadFeed(viewer: Viewer, feed: string): boolean {
  return feed === viewer.homeFeed || reaches(viewer, feed);
}

/** A customer's own users learn that a user of the staff acted, but not who it was or from which address. */
export function mayKnowActors({ role }: Viewer): boolean {
  return !isCustomerRole(role);
}
