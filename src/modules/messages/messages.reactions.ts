import type { EntityRow } from '../../core/rows/change.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Message, ReadMark, User } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { incidentEntity } from '../incidents/incidents.changes.ts';
import { maintenanceRequestEntity } from '../maintenance/maintenance.changes.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import { conversationRemoval, messageEntity, readMarkEntity, readMarkRemoval } from './messages.changes.ts';

/** The rows that one transaction removes; few enough that it takes a fraction of a second. */
const BATCH = 250;

/** A row that is deleted takes its conversation along: what is beyond one batch is removed by due work. */
export const removeConversations: readonly Reaction<EntityRow>[] = [
  maintenanceRequestEntity,
  incidentEntity,
  customerEntity,
].map(({ name }) => ({
  entity: name,
  react: async (tx, before, after) => {
    if (!before || after) return;
    await removeMessages(tx, before.id);
    await removeMarks(tx, before.id);
  },
}));

/** Removes the next messages of the conversation of one. */
export const removeNextMessages = (tx: Transaction, { conversationId }: Message): Promise<void> =>
  removeMessages(tx, conversationId);

/** Removes the next read marks of the conversation of one. */
export const removeNextMarks = (tx: Transaction, { conversationId }: ReadMark): Promise<void> =>
  removeMarks(tx, conversationId);

async function removeMessages(tx: Transaction, conversationId: string): Promise<void> {
  const locked = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM message WHERE conversation_id = ${conversationId}::uuid ORDER BY id LIMIT ${BATCH + 1} FOR UPDATE`;
  const where = { id: { in: locked.slice(0, BATCH).map(({ id }) => id) } };
  const rows = await tx.db.message.findMany({ where, orderBy: { id: 'asc' } });
  await tx.db.message.deleteMany({ where });
  for (const row of rows) tx.deleted(messageEntity, row);
  const next = locked[BATCH] && (await tx.db.message.findFirst({ where: { id: locked[BATCH].id } }));
  if (next) await tx.schedule(conversationRemoval, next, await tx.now());
}

async function removeMarks(tx: Transaction, conversationId: string): Promise<void> {
  const locked = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM read_mark WHERE conversation_id = ${conversationId}::uuid ORDER BY id LIMIT ${BATCH + 1} FOR UPDATE`;
  await deleteMarks(
    tx,
    locked.slice(0, BATCH).map(({ id }) => id),
  );
  const next = locked[BATCH] && (await tx.db.readMark.findFirst({ where: { id: locked[BATCH].id } }));
  if (next) await tx.schedule(readMarkRemoval, next, await tx.now());
}

async function deleteMarks(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const where = { id: { in: [...ids] } };
  const rows = await tx.db.readMark.findMany({ where, orderBy: { id: 'asc' } });
  await tx.db.readMark.deleteMany({ where });
  for (const row of rows) tx.deleted(readMarkEntity, row);
}

/** Deletes the read marks of a user that is deleted or erased, or that moves to another level, whose feed lacks them. */
export const forgetMarksOfUser: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before) return;
    const isErased = before.erasedAt === null && after !== null && after.erasedAt !== null;
    if (after && !isErased && homeFeedOf(before) === homeFeedOf(after)) return;
    const own = await tx.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM read_mark WHERE user_id = ${before.id}::uuid ORDER BY id FOR UPDATE`;
    await deleteMarks(
      tx,
      own.map(({ id }) => id),
    );
  },
};
