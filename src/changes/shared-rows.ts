import type { OwnedRow } from '../core/rights/scope.ts';
import { type Entity, type EntityRow, rowBefore } from '../core/rows/change.ts';
import { tableOf } from '../db/table.ts';
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts';
import { STORED_COLUMNS } from './change-log.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** A row that an organization shares, as it was at some position of the organization's feed. */
export interface SharedRow {
  readonly entity: Entity;
  readonly row: SharedImage;
}

export type SharedImage = EntityRow & OwnedRow;

/** The entities whose rows an organization can share; their rows are OwnedRows. Rows come after those they refer to. */
export function sharedEntities(entities: Entities): Entity[] {
  return [...entities.values()].filter(({ sharedBy }) => sharedBy);
}

/**
 * The rows that an organization shared at a position of its feed: those of the tables, taken back to that position by
 * the changes after it. So the answer is the same whenever it is asked for, and does not depend on how much of the log
 * retention has kept before the position. One snapshot of the database, so that rows and changes agree.
 */
export async function sharedRowsAt(
  prisma: PrismaClient,
  entities: Entities,
  { feed, seq }: { readonly feed: string; readonly seq: number },
): Promise<SharedRow[]> {
  const shared = sharedEntities(entities);
  if (shared.length === 0) return [];
  return prisma.$transaction(
    async (db) => {
      const later = await firstChangesAfter(db, entities, feed, seq);
      const rows: SharedRow[] = [];
      for (const entity of shared) {
        const now = await tableOf<SharedImage>(db, entity as Entity<SharedImage>).findMany({
          where: { organizationId: feed, tenantId: null },
        });
        const then = new Map(now.map((row) => [row.id, row]));
        for (const change of later.filter((change) => change.entity === entity.name)) {
          const before = rowBefore(change) as SharedImage | null;
          if (before && entity.sharedBy?.(before) === feed) then.set(before.id, before);
          else then.delete(change.entityId);
        }
        rows.push(...[...then.values()].toSorted(byId).map((row) => ({ entity, row })));
      }
      return rows;
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
}

async function firstChangesAfter(
  db: Prisma.TransactionClient,
  entities: Entities,
  feed: string,
  seq: number,
) {
  const names = sharedEntities(entities).map(({ name }) => name);
  const rows = await db.$queryRaw<StoredChange[]>`
    SELECT DISTINCT ON (entity, entity_id) ${Prisma.raw(STORED_COLUMNS)} FROM change
    WHERE feed = ${feed}::uuid AND change.seq > ${seq} AND entity = ANY(${names}::text[])
    ORDER BY entity, entity_id, change.seq`;
  return rows.map((row) => revive(row, entities));
}

function byId(a: EntityRow, b: EntityRow): number {
  return a.id < b.id ? -1 : 1;
}
