import type { ModelName } from '../../core/rows/models.ts';
import { columnSql, rowOf, rowSql, type TableAlias, tableSql } from '../../db/table-sql.ts';
import { tableWhere } from '../../db/table-where.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { COUNTED_AT_MOST } from './count.ts';
import { type KeysetQuery, type Page, type PageArgs, planPage, toPage } from './keyset.ts';
import type { Order } from './order.ts';

/** The lists of several parents: each contains the rows whose `column` has the id of its parent. */
export interface ListsOfParents {
  readonly model: ModelName;
  readonly column: string;
  /** Selects from the rows of every parent; a filter of Prisma. */
  readonly where: object;
}

const ROW: Omit<TableAlias, 'model'> = { alias: 'row' };

/**
 * Reads the same page of the lists of several parents, in one statement: for each parent PostgreSQL runs the queries of
 * the page, each from its place in the index and for no more rows than the page holds.
 */
export async function pagesOfParents<Row>(
  db: PrismaClient,
  lists: ListsOfParents,
  { args, order }: { readonly args: PageArgs; readonly order: Order },
  parentIds: readonly string[],
): Promise<Map<string, Page<Row>>> {
  const { queries, take } = planPage(args, order);
  const found = new Map<string, Row[]>(parentIds.map((id) => [id, []]));
  if (queries.length > 0) {
    const sql = statementOf(lists, queries, take, parentIds);
    for (const { parent_id: parentId, ...read } of await db.$queryRaw<ReadRow[]>(sql)) {
      found.get(parentId)?.push(rowOf<Row>(lists.model, read));
    }
  }
  return new Map([...found].map(([id, rows]) => [id, toPage(args, rows)]));
}

/** Counts the lists of several parents, in one statement: of each `COUNTED_AT_MOST` rows at most. */
export async function countsOfParents(
  db: PrismaClient,
  { model, column, where }: ListsOfParents,
  parentIds: readonly string[],
): Promise<Map<string, number>> {
  const table = { model, ...ROW };
  const counted = await db.$queryRaw<{ parent_id: string; count: number }[]>`
    SELECT parent.id AS parent_id, (
      SELECT count(*)::int FROM (
        SELECT 1 FROM ${tableSql(table)} WHERE ${columnSql(table, column)} = parent.id AND ${tableWhere(where, table)}
        LIMIT ${COUNTED_AT_MOST}) AS counted) AS count
    FROM unnest(${parentIds}::uuid[]) AS parent (id)`;
  return new Map(counted.map(({ parent_id: id, count }) => [id, count]));
}

type ReadRow = { readonly parent_id: string } & Readonly<Record<string, unknown>>;

function statementOf(
  lists: ListsOfParents,
  queries: readonly KeysetQuery[],
  take: number,
  parentIds: readonly string[],
): Prisma.Sql {
  const table = { model: lists.model, ...ROW };
  const parts = queries.map((query, at) => partOf(lists, query, take, at));
  const inOrder = orderOf({ ...table, alias: 'found' }, queries[0]);
  return Prisma.sql`
    SELECT parent.id AS parent_id, ${rowSql({ ...table, alias: 'found' })}
    FROM unnest(${parentIds}::uuid[]) AS parent (id)
    CROSS JOIN LATERAL (
      SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) AS found ORDER BY found.part, ${inOrder} LIMIT ${take}
    ) AS found ORDER BY found.part, ${inOrder}`;
}

/** One query of the page, in the list of one parent. */
function partOf(
  { model, column, where }: ListsOfParents,
  query: KeysetQuery,
  take: number,
  at: number,
): Prisma.Sql {
  const table = { model, ...ROW };
  return Prisma.sql`(
    SELECT row.*, ${Prisma.raw(String(at))} AS part FROM ${tableSql(table)}
    WHERE ${columnSql(table, column)} = parent.id AND ${tableWhere(where, table)} AND ${tableWhere(query.where, table)}
    ORDER BY ${orderOf(table, query)} LIMIT ${take})`;
}

function orderOf(table: TableAlias, query: KeysetQuery | undefined): Prisma.Sql {
  const keys = (query?.orderBy ?? []).flatMap((key) => Object.entries(key));
  return Prisma.join(
    keys.map(([name, direction]) => Prisma.sql`${columnSql(table, name)} ${Prisma.raw(direction)}`),
  );
}
