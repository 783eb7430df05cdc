import type { Context } from '../core/context.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Where } from '../core/where.ts';
import { toPrismaWhere } from '../db/prisma-where.ts';
import type { Connection } from './connection-type.ts';
import { encodeKey, keysetQuery, type Order, type PageArgs, type SortKey, toPage } from './keyset.ts';
import type { ArgBuilder } from './shared-args.ts';

/** The paging arguments of every list. */
export function pageArgs(arg: ArgBuilder) {
  return {
    first: arg.int({ description: 'Returns the first N items; 25 by default, at most 100.' }),
    after: arg.string({ description: 'Only items after this cursor.' }),
    last: arg.int({ description: 'Returns the last N items, at most 100.' }),
    before: arg.string({ description: 'Only items before this cursor.' }),
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
