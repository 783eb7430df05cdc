import { may } from '../../../core/rights/rules.ts';
import { ofOneLevel } from '../../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../../core/rights/where.ts';
import type { Rows } from '../../../core/rows/rows.ts';
import { visibilityOf } from '../../../core/rows/visibility-of.ts';
import { type IdentityInFeed, outsideIdentityEntity } from '../sessions.changes.ts';

/** Staff who may read users see the identities of the users of their level. */
function identitiesVisibleTo(viewer: Viewer): Where<IdentityInFeed> {
  return readsIdentities(viewer) ? {} : NOTHING;
}

/** Whether a viewer may read the outside identities of other users whom it sees. */
export function readsIdentities({ permissions, role }: Viewer): boolean {
  return permissions.has('users:read') && !isCustomerRole(role);
}

/**
 * Outside identities are followed in the feed of their user's level. No type of the API is the row, so the audit log says
 * that one was bound, signed out or unbound, of which user, and nothing of what is in it.
 */
export const outsideIdentities: Rows<IdentityInFeed> = {
  entity: outsideIdentityEntity,
  type: 'OutsideIdentity',
  rule: may('users:read'),
  visibleTo: visibilityOf(outsideIdentityEntity, identitiesVisibleTo),
  scope: { ...ofOneLevel, rows: (feed) => ({ feed }) },
};
