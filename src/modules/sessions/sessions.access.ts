import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Session } from '../../generated/prisma/client.ts';

/**
 * That somebody signed in or out is seen, in the audit log of a level, by the staff who may read the users of that
 * level. No query shows sessions.
 */
export function sessionsVisibleTo({ permissions, role }: Viewer): Where<Session> {
  return permissions.has('users:read') && !isMemberRole(role) ? {} : NOTHING;
}
