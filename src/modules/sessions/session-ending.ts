import type { Transaction } from '../../core/rows/transact.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type SessionInFeed, sessionEntity } from './sessions.changes.ts';

/** The sessions that end, the feed that records it, and the time. */
export interface Ending {
  readonly where: Prisma.SessionWhereInput;
  readonly feed: string;
  readonly now: Date;
}

/** Ends sessions that have not ended yet and says which; what they have open is cut by the change. */
export async function endSessions(tx: Transaction, { where, feed, now }: Ending): Promise<SessionInFeed[]> {
  const open = await tx.db.session.findMany({
    where: { AND: [where, { revokedAt: null }] },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const ended: SessionInFeed[] = [];
  for (const { id } of open) {
    await tx.lock(sessionEntity, id);
    const session = await tx.db.session.findUnique({ where: { id } });
    if (!session || session.revokedAt) continue;
    const before = { ...session, feed };
    const write = async (data: Prisma.SessionUpdateInput): Promise<SessionInFeed> => ({
      ...(await tx.db.session.update({ where: { id }, data })),
      feed,
    });
    ended.push(await tx.update(sessionEntity, before, { revokedAt: now }, write));
  }
  return ended;
}
