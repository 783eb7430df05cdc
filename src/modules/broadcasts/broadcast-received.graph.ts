import { signedIn } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Change, rowAfter } from '../../core/rows/change.ts';
import type { Broadcast } from '../../generated/prisma/client.ts';
import { entityEvent } from '../../graph/events/change-event.ts';
import type { View } from '../../graph/events/follow.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { homeFeedOf } from '../users/users.changes.ts';
import { addressedTo, broadcasts } from './broadcasts.access.ts';
import { broadcastEntity } from './broadcasts.changes.ts';

const EVENT = 'BroadcastReceived';

followField('broadcastReceived', {
  type: entityEvent(
    EVENT,
    'A broadcast that addresses the viewer was sent, or its tenant came to an organization in which one is running.',
    broadcasts,
  ),
  description:
    'Emits each broadcast that addresses the viewer. With `after` also those that were sent meanwhile, which may have ended since: `broadcasts` lists those that are running, `broadcastChanged` says when they end.',
  args: () => ({}),
  spec: {
    rule: signedIn,
    feed: ({ homeFeed }) => homeFeed,
    entities: () => [broadcastEntity.name],
    view: broadcastsFor,
    // Viewers of equal rights share one execution; one to a single user is delivered to that user alone.
    isPersonal: () => false,
    hasPositions: false,
    shows: { typeName: broadcasts.type, visibleTo: addressedTo },
  },
});

function broadcastsFor(viewer: Viewer): View {
  const addressed = addressedTo(viewer);
  const { tenantId, organizationId } = viewer;
  const level = homeFeedOf({ tenantId, organizationId });
  return (change) => {
    if (change.entity !== broadcastEntity.name || change.kind !== 'CREATED') return null;
    const row = rowAfter(change as Change<Broadcast>);
    if (!row) return null;
    const seen = { __typename: EVENT, shownAs: broadcasts.type, change, row };
    if (row.audience === 'USER')
      return row.userId !== null && homeFeedOf(row) === level ? { ...seen, onlyFor: row.userId } : null;
    return matches(addressed, row) ? seen : null;
  };
}
