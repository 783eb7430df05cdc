import type { OwnedRow } from '../core/rights/scope.ts';
import { type Entity, type EntityRow, rowBefore } from '../core/rows/change.ts';
import { modelOf } from '../core/rows/models.ts';
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

/** The most rows of a page, and the bytes after which it ends. */
export const MAX_ROWS = 100;
export const MAX_BYTES = 1_000_000;

/** A position of the feed of an organization. */
interface At {
  readonly feed: string;
  readonly seq: number;
}

/** The order of the rows: those that others refer to come first with ASC, and last with DESC. */
type Order = 'ASC' | 'DESC';

/** The entities whose rows an organization can share; their rows are OwnedRows. Rows come after those they refer to. */
export function sharedEntities(entities: Entities): Entity[] {
  return [...entities.values()].filter(({ sharedBy }) => sharedBy);
}

/**
 * Yields the rows that an organization shared at a position of its feed, page by page: those of the tables, taken back
 * to that position by the changes after it. So the answer is the same whenever it is asked for, and does not depend on
 * how much of the log retention has kept before the position. Each page is read in one snapshot of the database, so that
 * rows and changes agree; a row that was shared at the position is in every later snapshot, in its table or in the log.
 */
export async function* sharedRowsAt(
  prisma: PrismaClient,
  entities: Entities,
  at: At,
  order: Order,
): AsyncGenerator<SharedRow[]> {
  const shared = sharedEntities(entities) as Entity<SharedImage>[];
  for (const entity of order === 'ASC' ? shared : shared.toReversed()) {
    for (let last: string | null = null; ; ) {
      const page = await pageAfter(prisma, entities, entity, { at, order, last });
      if (page.ids.length === 0) break;
      last = page.ids.at(-1) ?? null;
      yield page.rows.map((row) => ({ entity: entity as Entity, row }));
    }
  }
}

/** The part of the rows of an entity that a page begins with. */
interface From {
  readonly at: At;
  readonly order: Order;
  /** The id of the last row of the page before; null for the first page. */
  readonly last: string | null;
}

function pageAfter(prisma: PrismaClient, entities: Entities, entity: Entity<SharedImage>, from: From) {
  const { at, order } = from;
  return prisma.$transaction(
    async (db) => {
      const ids = await idsAfter(db, entity, from);
      const now = await tableOf<SharedImage>(db, entity).findMany({
        where: { id: { in: ids }, organizationId: at.feed, tenantId: null },
      });
      const then = new Map(now.map((row) => [row.id, row]));
      for (const change of await firstChangesAfter(db, entities, entity, at, ids)) {
        const before = rowBefore(change) as SharedImage | null;
        if (before && entity.sharedBy?.(before) === at.feed) then.set(before.id, before);
        else then.delete(change.entityId);
      }
      const rows = [...then.values()].toSorted(byId);
      return { ids, rows: order === 'ASC' ? rows : rows.toReversed() };
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
}

/** Finds the next ids of rows that are shared now or have changed since, as many as a page takes. */
async function idsAfter(
  db: Prisma.TransactionClient,
  { name }: Entity<SharedImage>,
  { at, order, last }: From,
): Promise<string[]> {
  const [table, by] = [Prisma.raw(`"${modelOf(name).table}"`), Prisma.raw(order)];
  const beyond = Prisma.raw(order === 'ASC' ? '>' : '<');
  const isNext = (id: string) =>
    last === null ? Prisma.sql`TRUE` : Prisma.sql`${Prisma.raw(id)} ${beyond} ${last}::uuid`;
  const found = await db.$queryRaw<{ id: string }[]>`
    WITH next AS (
      (SELECT id, octet_length(to_jsonb(shared)::text) AS bytes FROM ${table} AS shared
       WHERE organization_id = ${at.feed}::uuid AND tenant_id IS NULL AND ${isNext('id')}
       ORDER BY id ${by} LIMIT ${MAX_ROWS})
      UNION ALL
      (SELECT DISTINCT ON (entity_id) entity_id, octet_length(image::text) + octet_length(before::text) FROM change
       WHERE feed = ${at.feed}::uuid AND change.seq > ${at.seq} AND entity = ${name} AND ${isNext('entity_id')}
       ORDER BY entity_id ${by}, change.seq LIMIT ${MAX_ROWS})
    ), sized AS (
      SELECT id, sum(sum(bytes)) OVER (ORDER BY id ${by}) - sum(bytes) AS bytes_before FROM next GROUP BY id
    )
    SELECT id FROM sized WHERE bytes_before < ${MAX_BYTES} ORDER BY id ${by} LIMIT ${MAX_ROWS}`;
  return found.map(({ id }) => id);
}

async function firstChangesAfter(
  db: Prisma.TransactionClient,
  entities: Entities,
  { name }: Entity<SharedImage>,
  { feed, seq }: At,
  ids: readonly string[],
) {
  const rows = await db.$queryRaw<StoredChange[]>`
    SELECT DISTINCT ON (entity_id) ${Prisma.raw(STORED_COLUMNS)} FROM change
    WHERE feed = ${feed}::uuid AND change.seq > ${seq} AND entity = ${name} AND entity_id = ANY(${ids}::uuid[])
    ORDER BY entity_id, change.seq`;
  return rows.map((row) => revive(row, entities));
}

function byId(a: EntityRow, b: EntityRow): number {
  return a.id < b.id ? -1 : 1;
}
