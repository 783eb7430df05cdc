import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Broadcast, BroadcastAcknowledgement } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** Whether a broadcast is for users of other levels than the one where it was sent. One to a single user is not. */
const isForMany = ({ audience }: Broadcast) => audience !== 'USER';

/**
 * The change-log entity of broadcasts: one change, in the feed of the level where it was sent. The projector repeats it in
 * the feeds below, once for each tenant and organization, whatever the number of users.
 */
export const broadcastEntity: Entity<Broadcast> = {
  name: 'Broadcast',
  feeds: (broadcast) => [homeFeedOf(broadcast)],
  concernsEveryTenant: isOfPlatform,
  concernsEveryOrganization: isOfPlatform,
  sharedBy: (broadcast) =>
    broadcast.tenantId === null && isForMany(broadcast) ? broadcast.organizationId : null,
};

function isOfPlatform(broadcast: Broadcast): boolean {
  return broadcast.tenantId === null && broadcast.organizationId === null && isForMany(broadcast);
}

/** The change-log entity of acknowledgements: their changes are in the home feed of their user. */
export const acknowledgementEntity: Entity<BroadcastAcknowledgement> = {
  name: 'BroadcastAcknowledgement',
  noun: 'acknowledgement',
  feeds: (acknowledgement) => [homeFeedOf(acknowledgement)],
};

/** The end of a broadcast that is RUNNING. */
export const broadcastEnd: DueKind<Broadcast> = { kind: 'broadcastEnd', entity: broadcastEntity };

/** The removal of a broadcast that ended long ago, with its acknowledgements. */
export const broadcastRemoval: DueKind<Broadcast> = { kind: 'broadcastRemoval', entity: broadcastEntity };
