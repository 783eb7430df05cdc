import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import type { Written } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { changeRow } from '../../db/row-commands.ts';
import type { Notification } from '../../generated/prisma/client.ts';
import { notifications } from './notifications.access.ts';
import { notificationEntity } from './notifications.changes.ts';

// Invariants of this room: a user has one notification of each message and row, which a unique index holds; the
// transaction of a change writes one cause, and due work tells the recipients, each once; who reads a notification is
// decided by the room of the row whenever it is read; the number of unread ones is counted over what the user sees.
// A cause locks the notifications about its row in the order of their ids.

/** The notifications of a transaction. */
const MAX_MARKED = 1_000;

/** Marks a notification of the viewer as read; throws UserErrors for no such notification, or an old version. */
export function markRead(ctx: ViewerContext, args: RowArgs): Promise<Written<Notification>> {
  return changeRow(ctx, notifications, args, () => ({ isRead: true }));
}

/** Marks what the viewer sees as read, the oldest first and at most MAX_MARKED; returns their number. */
export function markAllRead(ctx: ViewerContext): Promise<Written<number>> {
  return ctx.transact(async (tx) => {
    const visible = toPrismaWhere(notifications.visibleTo(ctx.viewer));
    const unread = { AND: [{ isRead: false }, visible] };
    const ids = await tx.db.notification.findMany({
      where: unread,
      orderBy: { id: 'asc' },
      take: MAX_MARKED,
      select: { id: true },
    });
    for (const { id } of ids) await tx.lock(notificationEntity, id);
    const rows = await tx.db.notification.findMany({
      where: { AND: [{ id: { in: ids.map(({ id }) => id) } }, unread] },
      orderBy: { id: 'asc' },
    });
    for (const row of rows) await tx.update(notificationEntity, row, { isRead: true });
    return rows.length;
  });
}
