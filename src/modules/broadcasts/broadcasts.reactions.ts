import type { EntityRow } from '../../core/rows/change.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { type Broadcast, Prisma, type User } from '../../generated/prisma/client.ts';
import { organizationEntity } from '../organizations/organizations.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import {
  acknowledgementEntity,
  broadcastEnd,
  broadcastEntity,
  broadcastRemoval,
} from './broadcasts.changes.ts';

/** The acknowledgements that one transaction removes; few enough that it takes a fraction of a second. */
const BATCH = 250;

/** Deletes a broadcast that ended long ago: first its acknowledgements, a batch in each transaction. */
export async function removeBroadcast(tx: Transaction, broadcast: Broadcast): Promise<void> {
  const removed = await deleteAcknowledgements(
    tx,
    Prisma.sql`broadcast_id = ${broadcast.id}::uuid ORDER BY id LIMIT ${BATCH}`,
  );
  if (removed === BATCH) return tx.schedule(broadcastRemoval, broadcast, await tx.now());
  await tx.delete(broadcastEntity, broadcast);
}

async function deleteAcknowledgements(tx: Transaction, which: Prisma.Sql): Promise<number> {
  const locked = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM broadcast_acknowledgement WHERE ${which} FOR UPDATE`;
  if (locked.length === 0) return 0;
  const where = { id: { in: locked.map(({ id }) => id) } };
  const rows = await tx.db.broadcastAcknowledgement.findMany({ where, orderBy: { id: 'asc' } });
  await tx.db.broadcastAcknowledgement.deleteMany({ where });
  for (const row of rows) tx.deleted(acknowledgementEntity, row);
  return rows.length;
}

/** A tenant or an organization that is deleted takes along what was sent there; it has no users any more. */
export const followLevels: readonly Reaction<EntityRow>[] = [
  { entity: tenantEntity.name, column: 'tenant_id' },
  { entity: organizationEntity.name, column: 'organization_id' },
].map(({ entity, column }) => ({
  entity,
  react: async (tx, before, after) => {
    if (!before || after) return;
    const locked = await tx.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM broadcast WHERE ${Prisma.raw(column)} = ${before.id}::uuid ORDER BY id FOR UPDATE`;
    if (locked.length === 0) return;
    const where = { id: { in: locked.map(({ id }) => id) } };
    const rows = await tx.db.broadcast.findMany({ where, orderBy: { id: 'asc' } });
    await deleteAcknowledgements(tx, Prisma.sql`broadcast_id = ANY(${where.id.in}::uuid[]) ORDER BY id`);
    for (const row of rows) {
      await tx.unschedule(broadcastEnd, row);
      await tx.unschedule(broadcastRemoval, row);
    }
    await tx.db.broadcast.deleteMany({ where });
    for (const row of rows) tx.deleted(broadcastEntity, row);
  },
}));

/** Deletes the acknowledgements of a user that is deleted or erased, or that moves to another level, whose feed lacks them. */
export const forgetAcknowledgements: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before) return;
    const isErased = before.erasedAt === null && after !== null && after.erasedAt !== null;
    if (after && !isErased && homeFeedOf(before) === homeFeedOf(after)) return;
    await deleteAcknowledgements(tx, Prisma.sql`user_id = ${before.id}::uuid ORDER BY id`);
  },
};
