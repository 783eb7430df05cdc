import type { Context } from '../core/context.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Where } from '../core/where.ts';
import { toPrismaWhere } from '../db/prisma-where.ts';
import type { builder } from './builder.ts';
import type { Connection } from './connection-type.ts';
import { encodeKey, keysetQuery, type Order, type PageArgs, type SortKey, toPage } from './keyset.ts';

type ArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

/** The paging arguments of every list. */
export function pageArgs(arg: ArgBuilder) {
  return {
    first: arg.int({ description: 'How many from the start; 25 by default, 100 at most.' }),
    after: arg.string({ description: 'Only what stands behind this cursor of the list.' }),
    last: arg.int({ description: 'How many from the end, 100 at most.' }),
    before: arg.string({ description: 'Only what stands before this cursor of the list.' }),
  };
}

/** What a list of one entity needs from its room. */
export interface List<Row> {
  readonly args: PageArgs;
  readonly orderBy: { readonly field: SortKey; readonly direction: Order['direction'] } | null | undefined;
  readonly defaultOrder: Order;
  /** Visibility and filter together. */
  readonly where: Where<Row>;
  /** The feed in which changes of the listed rows are written. */
  readonly feed: string;
  readonly find: (query: { where: never; orderBy: never; take: number }) => Promise<readonly Row[]>;
  readonly count: (where: never) => Promise<number>;
}

/** Reads one page of a list. */
export async function listPage<Row extends { id: string }>(
  ctx: Context,
  list: List<Row>,
): Promise<Connection<Row>> {
  const order = list.orderBy
    ? { ...list.orderBy.field, direction: list.orderBy.direction }
    : list.defaultOrder;
  const where = toPrismaWhere(list.where);
  const { where: bounds, orderBy, take } = keysetQuery(list.args, order);
  const found = await list.find({
    where: { AND: [where, bounds] } as never,
    orderBy: orderBy as never,
    take,
  });
  return {
    page: toPage(list.args, found),
    cursorOf: (row) => encodeKey(row, order.column),
    feedCursor: () => feedCursor(ctx, list.feed),
    countAll: () => list.count(where as never),
  };
}

/** Where a feed stood when the operation began; throws NOT_FOUND if it did not exist then. */
export async function feedCursor(ctx: Context, feed: string): Promise<string> {
  const cursor = await ctx.feedCursors.of(feed);
  if (cursor === null) throw noSuchTenant();
  return cursor;
}
