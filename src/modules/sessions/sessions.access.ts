import { may } from '../../core/rights/rules.ts';
import { ofOneLevel } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import { type SessionInFeed, sessionEntity } from './sessions.changes.ts';

/** Staff who may read users see, in the audit log of a level, that its users sign in and out. No query shows sessions. */
function sessionsVisibleTo({ permissions, role }: Viewer): Where<SessionInFeed> {
  return permissions.has('users:read') && !isCustomerRole(role) ? {} : NOTHING;
}

/**
 * Sessions are followed in the feed of their user's level and never listed. No type shows them, so the audit log says that
 * there was one, and nothing of what is in it.
 */
export const sessions: Rows<SessionInFeed> = {
  entity: sessionEntity,
  type: 'Session',
  rule: may('users:read'),
  visibleTo: visibilityOf(sessionEntity, sessionsVisibleTo),
  scope: { ...ofOneLevel, rows: (feed) => ({ feed }) },
};
