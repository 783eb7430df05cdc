import { type Context, requireViewer } from '../../core/context.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { rowLoader } from '../../graph/rows/loader.ts';

/** A pair of a broadcast and a user in one text: ids have no spaces. */
const pairOf = (broadcastId: string, userId: string) => `${broadcastId} ${userId}`;

const acknowledgedPairs = rowLoader<{ readonly id: string }>({
  find: async (db: PrismaClient, pairs: string[]) => {
    const [broadcastIds, userIds] = [0, 1].map((part) => [
      ...new Set(pairs.map((pair) => pair.split(' ')[part] ?? '')),
    ]);
    const found = await db.broadcastAcknowledgement.findMany({
      where: { broadcastId: { in: broadcastIds ?? [] }, userId: { in: userIds ?? [] } },
      select: { broadcastId: true, userId: true },
    });
    return found.map(({ broadcastId, userId }) => ({ id: pairOf(broadcastId, userId) }));
  },
  visibleTo: () => ({}),
});

const counts = rowLoader<{ readonly id: string; readonly count: number }>({
  find: async (db: PrismaClient, ids: string[]) => {
    const found = await db.broadcastAcknowledgement.groupBy({
      by: ['broadcastId'],
      where: { broadcastId: { in: ids } },
      _count: true,
    });
    return found.map(({ broadcastId: id, _count: count }) => ({ id, count }));
  },
  visibleTo: () => ({}),
});

/** Whether the viewer has acknowledged a broadcast. Those of a page are read in one statement. */
export async function hasAcknowledged(ctx: Context, broadcastId: string): Promise<boolean> {
  return (await acknowledgedPairs(ctx, pairOf(broadcastId, requireViewer(ctx).viewer.userId))) !== null;
}

/** The number of users who have acknowledged a broadcast. Those of a page are counted in one statement. */
export async function numberOfAcknowledgements(ctx: Context, broadcastId: string): Promise<number> {
  return (await counts(ctx, broadcastId))?.count ?? 0;
}
