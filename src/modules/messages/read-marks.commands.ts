import type { ViewerContext } from '../../core/context.ts';
import type { Written } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { rowToReferTo } from '../../db/row-to-change.ts';
import type { Prisma, ReadMark } from '../../generated/prisma/client.ts';
import type { Conversation } from './message-subject.requests.ts';
import { messages } from './messages.access.ts';
import { readMarkEntity } from './messages.changes.ts';

/**
 * Marks a conversation as read by the viewer up to a message, on all devices; throws UserErrors for no such message. A
 * mark never moves back: of two devices the one that has read more decides.
 */
export function markMessagesRead(
  ctx: ViewerContext,
  { id }: { readonly id: string },
): Promise<Written<ReadMark>> {
  const { userId, tenantId, organizationId } = ctx.viewer;
  return ctx.transact(async (tx) => {
    const message = await rowToReferTo(tx, ctx, messages, id, 'id');
    const { conversationId, createdAt: readUntil } = message;
    await tx.db.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtext('read marks'), hashtext(${userId + conversationId}))`;
    const before = await tx.db.readMark.findFirst({ where: { userId, conversationId } });
    if (before && before.readUntil >= readUntil) return before;
    if (before) {
      await tx.lock(readMarkEntity, before.id);
      return tx.update(readMarkEntity, before, { readUntil });
    }
    const { subjectType, maintenanceRequestId, incidentId, customerId } = message;
    const about = { subjectType, conversationId, maintenanceRequestId, incidentId, customerId };
    const data = { userId, tenantId, organizationId: tenantId ? null : organizationId, ...about, readUntil };
    return tx.created(readMarkEntity, await tx.db.readMark.create({ data }));
  });
}

/** The most that is counted: beyond it the number says nothing to a reader. */
const MAX_COUNTED = 1_000;

/**
 * The number of messages of others in a conversation that the viewer sees and has not read. It counts the rows that
 * `messages` lists, so what the viewer does not see is not in it.
 */
export async function countUnreadMessages(
  { viewer, db }: ViewerContext,
  { subjectType, conversationId }: Conversation,
): Promise<number> {
  const { userId } = viewer;
  const mark = await db.readMark.findFirst({ where: { userId, conversationId } });
  const visible = toPrismaWhere(messages.visibleTo(viewer)) as Prisma.MessageWhereInput;
  const unread: Prisma.MessageWhereInput = {
    subjectType,
    conversationId,
    deletedAt: null,
    authorId: { not: userId },
    ...(mark && { createdAt: { gt: mark.readUntil } }),
  };
  return db.message.count({ where: { AND: [unread, visible] }, take: MAX_COUNTED });
}
