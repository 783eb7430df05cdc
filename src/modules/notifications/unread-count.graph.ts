import { type Context, requireViewer } from '../../core/context.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Change, rowAfter, rowBefore } from '../../core/rows/change.ts';
import { rooms } from '../../core/rows/room.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Notification } from '../../generated/prisma/client.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/events/change-event.ts';
import type { View } from '../../graph/events/follow.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { notifications } from './notifications.access.ts';
import { notificationEntity } from './notifications.changes.ts';

builder.queryField('unreadCount', (t) =>
  t.int({
    rule: signedIn,
    description: 'The number of unread notifications that the viewer sees: those that `notifications` lists.',
    resolve: (_root, _args, ctx) => countUnread(ctx),
  }),
);

/** Counts over the same rows as the list, so that the two never differ. */
function countUnread(ctx: Context): Promise<number> {
  const { viewer, db } = requireViewer(ctx);
  const visible = toPrismaWhere(notifications.visibleTo(viewer));
  return db.notification.count({ where: { AND: [{ isRead: false }, visible] } });
}

const UnreadCountChanged = builder.objectRef<ChangeItem>('UnreadCountChanged').implement({
  description:
    'The number of unread notifications may have changed: one came, was read or left the view, or the rights of the viewer changed.',
  rule: inherited,
  interfaces: [ChangeEvent],
  fields: (t) => ({
    unreadCount: t.int({
      description: 'The number at the moment of the event.',
      resolve: (_item, _args, ctx) => {
        ctx.holdsForNow();
        return countUnread(ctx);
      },
    }),
  }),
});

followField('unreadCountChanged', {
  type: UnreadCountChanged,
  description: 'Emits when the number of unread notifications of the viewer may have changed.',
  args: () => ({}),
  spec: {
    rule: signedIn,
    feed: ({ homeFeed }) => homeFeed,
    entities: () => [notificationEntity.name, ...entitiesWithRights()],
    view: changesOfCount,
    isPersonal: () => true,
    hasPositions: false,
  },
});

function entitiesWithRights(): string[] {
  return [...rooms.entities.values()].flatMap(({ name, rights }) => (rights ? [name] : []));
}

/** Shows a viewer what alters its count. What it could not see before and cannot see after is no event. */
function changesOfCount(viewer: Viewer): View {
  const visible = notifications.visibleTo(viewer);
  const isUnread = (row: Notification | null) => row !== null && !row.isRead && matches(visible, row);
  return (change) => {
    const isEvent =
      change.entity === notificationEntity.name
        ? isUnread(rowBefore(change as Change<Notification>)) !==
          isUnread(rowAfter(change as Change<Notification>))
        : altersRightsOf(viewer, change);
    if (!isEvent) return null;
    return { __typename: 'UnreadCountChanged', shownAs: change.entity, change, row: change.image };
  };
}

function altersRightsOf({ userId, tenantId, organizationId }: Viewer, { rights }: Change): boolean {
  if (!rights) return false;
  if (rights.everyone || rights.user === userId || (tenantId !== null && rights.tenant === tenantId))
    return true;
  return organizationId !== null && [rights.organization].flat().includes(organizationId);
}
