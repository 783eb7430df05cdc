import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { isCustomerRole, reaches, type Viewer } from '../../core/rights/viewer.ts';

export const permissions = {
  'audit:read': [...READERS, 'SUPPORT'],
  /** What the entries of the audit log changed, and from where. */
  'diffs:read': READERS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Tells whether a viewer may look into a feed at all; which of its changes it sees is decided entity by entity. */
export function mayReadFeed(viewer: Viewer, feed: string): boolean {
  return feed === viewer.homeFeed || reaches(viewer, feed);
}

/** A customer's own users learn that a member of the staff acted, but not which one and from where. */
export function mayKnowActors({ role }: Viewer): boolean {
  return !isCustomerRole(role);
}
