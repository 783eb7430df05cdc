import { type Context, requireViewer } from '../../core/context.ts';
import { noSuchTenant } from '../../core/rights/scope.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { type Table, tableOf } from '../../db/table.ts';
import type { Connection } from './connection-type.ts';
import { COUNTED_AT_MOST } from './count.ts';
import { type Page, type PageArgs, planPage, toPage } from './keyset.ts';
import { encodeKey } from './keyset-cursor.ts';
import type { Order } from './order.ts';

/** The parameters of a page of rows. */
export interface RowPage<Row> {
  readonly args: PageArgs;
  readonly order: Order;
  /** Selects from the visible rows. */
  readonly where: Where<Row>;
  /** The feed that contains the changes of the listed rows. */
  readonly feed: string;
}

/** Reads one page of the rows that the viewer sees. */
export async function rowPage<Row extends EntityRow>(
  ctx: Context,
  { entity, visibleTo }: Pick<Rows<Row>, 'entity' | 'visibleTo'>,
  { where, ...page }: RowPage<Row>,
): Promise<Connection<Row>> {
  const { viewer } = requireViewer(ctx);
  return tablePage(ctx, tableOf<Row>(ctx.db, entity), {
    ...page,
    where: { AND: [where, visibleTo(viewer)] } as Where<Row>,
  });
}

/** Reads one page of a table, for rows that are not an entity and whose visibility `where` includes. */
export async function tablePage<Row extends { readonly id: string }>(
  ctx: Context,
  table: Pick<Table<Row>, 'findMany' | 'count'>,
  { args, order, where, feed }: RowPage<Row>,
): Promise<Connection<Row>> {
  const wanted = toPrismaWhere(where);
  return {
    page: await readTablePage(table, { args, order, where: wanted }),
    cursorOf: (row) => encodeKey(row, order),
    feedCursor: () => feedCursor(ctx, feed),
    countAll: () => table.count({ where: wanted, take: COUNTED_AT_MOST }),
  };
}

/** Runs the queries of a page, one after the other until the page is full; `where` is a filter of Prisma. */
export async function readTablePage<Row>(
  table: Pick<Table<Row>, 'findMany'>,
  { args, order, where }: { readonly args: PageArgs; readonly order: Order; readonly where: object },
): Promise<Page<Row>> {
  const { queries, take } = planPage(args, order);
  const found: Row[] = [];
  for (const query of queries) {
    if (found.length === take) break;
    const rest = take - found.length;
    found.push(...(await table.findMany({ ...query, where: { AND: [where, query.where] }, take: rest })));
  }
  return toPage(args, found);
}

/** The position of a feed when the operation began; throws NOT_FOUND if the feed did not exist then. */
export async function feedCursor(ctx: Context, feed: string): Promise<string> {
  const cursor = await ctx.feedCursors.of(feed);
  if (cursor === null) throw noSuchTenant();
  return cursor;
}
