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
 * seen by no one is not among them, except for itself. The others are offline. With `asked` only those users.
 */
export function presentUsers(
  connections: readonly LiveConnection[],
  viewer: Viewer,
  asked: ReadonlySet<string> | null = null,
): ReadonlyMap<string, PresenceStatus> {
  const byUser = connectionsByUser(connections);
  const visible = users.visibleTo(viewer);
  const seen = new Map<string, PresenceStatus>();
  for (const userId of asked ? [...asked].toSorted() : byUser.keys()) {
    const own = byUser.get(userId);
    if (!own?.every((one) => matches(visible, userOf(one)))) continue;
    if (!own.some(({ isInvisible }) => isInvisible)) seen.set(userId, statusOf(own));
    else if (userId === viewer.userId) seen.set(userId, 'INVISIBLE');
  }
  return seen;
}

type ByUser = ReadonlyMap<string, readonly LiveConnection[]>;

/** The groups of connections, as long as someone has these: all who watch a level look at the same. */
const grouped = new WeakMap<readonly LiveConnection[], ByUser>();

/**
 * The connections that are a sign of each user, by the ids of the users in order. One that has left counts while no
 * other is open, because the user may come back; beside an open one it tells where the user was before.
 */
function connectionsByUser(connections: readonly LiveConnection[]): ByUser {
  const known = grouped.get(connections);
  if (known) return known;
  const ofPeople = new Map<string, LiveConnection[]>();
  for (const one of connections) {
    if (one.isProgram) continue;
    const own = ofPeople.get(one.userId);
    if (own) own.push(one);
    else ofPeople.set(one.userId, [one]);
  }
  const byUser = new Map(
    [...ofPeople]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([userId, own]): [string, readonly LiveConnection[]] => {
        const open = own.filter(({ hasLeft }) => !hasLeft);
        return [userId, open.length > 0 ? open : own];
      }),
  );
  grouped.set(connections, byUser);
  return byUser;
}

/** A user is online if someone is before one of its connections. */
function statusOf(own: readonly LiveConnection[]): PresenceStatus {
  return own.some(({ isAway }) => !isAway) ? 'ONLINE' : 'AWAY';
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
