import type { OutputRef } from '@pothos/core';
import type { Context } from '../core/context.ts';
import { notFound, RequestError } from '../core/errors.ts';
import { bearer } from '../core/rules.ts';
import type { Where } from '../core/where.ts';
import { toPrismaWhere } from '../db/prisma-where.ts';
import { builder } from './builder.ts';
import { encodeKey, keysetQuery, type Order, type Page, type PageArgs, toPage } from './keyset.ts';

/** A page of a list, with what is needed to answer the fields that not everybody asks for. */
interface Connection<Row> {
  readonly page: Page<Row>;
  readonly cursorOf: (row: Row) => string;
  readonly feedCursor: () => Promise<string>;
  readonly countAll: () => Promise<number>;
}

const PageInfo = builder
  .objectRef<{ page: Page<{ id: string }>; cursorOf: (row: never) => string }>('PageInfo')
  .implement({
    description: 'Where a page stands in its list.',
    rule: bearer,
    fields: (t) => ({
      hasNextPage: t.boolean({
        description: 'Whether there is a page behind this one. With `last`, whether `before` was given.',
        resolve: ({ page }) => page.hasNextPage,
      }),
      hasPreviousPage: t.boolean({
        description: 'Whether there is a page before this one. With `first`, whether `after` was given.',
        resolve: ({ page }) => page.hasPreviousPage,
      }),
      startCursor: t.string({
        nullable: true,
        description: 'The cursor of the first edge. Null if the page is empty.',
        resolve: ({ page, cursorOf }) => endCursor(page.rows[0], cursorOf),
      }),
      endCursor: t.string({
        nullable: true,
        description: 'The cursor of the last edge; hand it back as `after`. Null if the page is empty.',
        resolve: ({ page, cursorOf }) => endCursor(page.rows.at(-1), cursorOf),
      }),
    }),
  });

function endCursor(row: { id: string } | undefined, cursorOf: (row: never) => string): string | null {
  return row ? cursorOf(row as never) : null;
}

/** Declares `<Name>Connection` and `<Name>Edge`, once for each entity. */
export function connectionType<Row extends { id: string }>(name: string, type: OutputRef<Row>) {
  const edge = builder.objectRef<{ row: Row; cursor: string }>(`${name}Edge`).implement({
    description: `A ${name} in a list.`,
    rule: bearer,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The place of this edge in the list.' }),
      node: t.field({ type, description: `The ${name}.`, resolve: ({ row }) => row as never }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: `A page of a list of ${name}.`,
    rule: bearer,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The entities of the page, each with its place in the list.',
        resolve: ({ page, cursorOf }) => page.rows.map((row) => ({ row, cursor: cursorOf(row) })),
      }),
      nodes: t.field({
        type: [type],
        description: 'The entities of the page.',
        resolve: ({ page }) => page.rows as never,
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Where the page stands.', resolve: (list) => list }),
      totalCount: t.int({
        description: 'How many entities the whole list has.',
        resolve: ({ countAll }) => countAll(),
      }),
      feedCursor: t.field({
        type: 'Cursor',
        description:
          'Where the feed stood before anything else of this operation was read: follow from here and nothing is missed.',
        resolve: ({ feedCursor }) => feedCursor(),
      }),
    }),
  });
}

/** Declares the order of an entity's lists: an enum of never-null columns, and a direction. */
export function orderInput(
  name: string,
  noun: string,
  fields: Record<string, { column: string; description: string }>,
) {
  const values = Object.fromEntries(
    Object.entries(fields).map(([value, { column, description }]) => [value, { value: column, description }]),
  );
  const field = builder.enumType(`${name}OrderField`, {
    description: `What ${noun} can be sorted by.`,
    values,
  });
  return builder.inputType(`${name}Order`, {
    description: `How ${noun} are sorted. The id decides between equals.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What to sort by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'asc',
        description: 'Which end comes first.',
      }),
    }),
  });
}

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of a list comes first.',
  values: {
    ASC: { value: 'asc', description: 'The smallest, the earliest.' },
    DESC: { value: 'desc', description: 'The largest, the latest.' },
  } as const,
});

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
  readonly orderBy: { readonly field: unknown; readonly direction: Order['direction'] } | null | undefined;
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
    ? { column: String(list.orderBy.field), direction: list.orderBy.direction }
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
  if (cursor === null) throw new RequestError('NOT_FOUND', notFound('tenant').message);
  return cursor;
}
