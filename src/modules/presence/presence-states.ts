import type { LiveConnection } from '../../core/feeds/live-connection.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import type { User } from '../../generated/prisma/client.ts';
import { users } from '../users/users.access.ts';

export type PresenceStatus = 'ONLINE' | 'AWAY' | 'INVISIBLE' | 'OFFLINE';

/** The presence of one user, as a viewer sees it. */
export interface UserPresence {
  readonly userId: string;
  readonly status: PresenceStatus;
}

/**
 * The users of a level that a viewer sees to be there, with their status, by their ids in order. One who wants to be
 * seen by no one is not among them, except for itself. The others are offline.
 */
export function presentUsers(
  connections: readonly LiveConnection[],
  viewer: Viewer,
): ReadonlyMap<string, PresenceStatus> {
  const byUser = new Map<string, LiveConnection[]>();
  for (const one of connections) {
    if (one.isProgram) continue;
    const own = byUser.get(one.userId);
    if (own) own.push(one);
    else byUser.set(one.userId, [one]);
  }
  const seen = [...byUser].flatMap(([userId, own]): [string, PresenceStatus][] => {
    const [one] = own;
    if (!one || !matches(users.visibleTo(viewer), userOf(one))) return [];
    if (!own.some(({ isInvisible }) => isInvisible)) return [[userId, statusOf(own)]];
    return userId === viewer.userId ? [[userId, 'INVISIBLE']] : [];
  });
  return new Map(seen.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A user is there if one of its connections is. One that has left counts while the user may come back. */
function statusOf(own: readonly LiveConnection[]): PresenceStatus {
  const open = own.filter(({ hasLeft }) => !hasLeft);
  return (open.length > 0 ? open : own).some(({ isAway }) => !isAway) ? 'ONLINE' : 'AWAY';
}

/**
 * Builds a partial row of a user from its connection, whose node reads it again with every change of its rights. A
 * visibility that tests any other column holds for no viewer.
 */
function userOf({ userId: id, tenantId, organizationId, customerId }: LiveConnection): User {
  const known: Pick<User, 'id' | 'tenantId' | 'organizationId' | 'customerId'> = {
    ...{ id, tenantId, organizationId, customerId },
  };
  return known as User;
}
