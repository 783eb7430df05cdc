import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { decodeKey, sortedColumn } from './keyset-cursor.ts';
import { rangesBetween } from './keyset-ranges.ts';
import type { Direction, Order } from './order.ts';

// Pages by key, never by offset: a page begins after the sort key and id of a row. Inserts and deletions elsewhere move
// nothing, the cursor of a deleted row stays valid, and the thousandth page costs as much as the first, because each of
// its queries begins at its first row in the index.

/** The number of entities in a page, by default and at most. */
export const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

const PAGE = sentences('BAD_USER_INPUT', {
  FIRST_AND_LAST: 'Argument "{argument}": cannot be used together with "first".',
  PAGE_SIZE: 'Argument "{argument}": from 0 to {max}.',
});

export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** One query of a page. */
export interface KeysetQuery {
  readonly where: object;
  readonly orderBy: readonly Record<string, Direction>[];
}

/** The queries of a page. They are run in order until `take` rows are found. */
export interface KeysetPlan {
  readonly queries: readonly KeysetQuery[];
  /** One more than the page holds, to find out whether there is another page. */
  readonly take: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where a page ends that has looked at as much as one page may: further than its last row. Absent for all others. */
  readonly startCursor?: string;
  readonly endCursor?: string;
}

/** Plans the queries of a page; throws BAD_USER_INPUT for sizes and cursors that cannot be honoured. */
export function planPage(args: PageArgs, order: Order): KeysetPlan {
  const isBackward = args.last != null;
  const take = pageSize(args) + 1;
  const { after, before } = readEdges(args, (argument, cursor) => decodeKey(argument, cursor, order));
  const keys = totalOrder(order);
  const orderBy = keys.map((key) => ({
    [sortedColumn(key)]: isBackward ? opposite(key.direction) : key.direction,
  }));
  // Without a bound PostgreSQL reads the index from its end, whatever values it contains.
  if (!after && !before) return { queries: [{ where: {}, orderBy }], take };
  const queries = rangesBetween(keys, { after, before }).map((where) => ({ where, orderBy }));
  return { queries: isBackward ? queries.toReversed() : queries, take };
}

/** The order of a list, in Prisma's form. */
export function orderByOf(order: Order): Record<string, Direction>[] {
  return totalOrder(order).map((key) => ({ [sortedColumn(key)]: key.direction }));
}

/** Cuts the extra row off and puts a page that was read backwards in order. */
export function toPage<Row>(args: PageArgs, found: readonly Row[]): Page<Row> {
  const size = pageSize(args);
  const rows = found.slice(0, size);
  const hasMore = found.length > size;
  return args.last != null
    ? { rows: rows.toReversed(), hasPreviousPage: hasMore, hasNextPage: !isAbsent(args.before) }
    : { rows, hasNextPage: hasMore, hasPreviousPage: !isAbsent(args.after) };
}

/** Reads the cursors between which a page lies; `decode` throws for one that is not of the list. */
export function readEdges<Edge>(
  { after, before }: PageArgs,
  decode: (argument: 'after' | 'before', cursor: string) => Edge,
): { readonly after: Edge | null; readonly before: Edge | null } {
  return {
    after: isAbsent(after) ? null : decode('after', after),
    before: isAbsent(before) ? null : decode('before', before),
  };
}

/** Clients that have no cursor yet send null or an empty text: Apollo's relayStylePagination has `endCursor: ""` then. */
function isAbsent(cursor: string | null | undefined): cursor is null | undefined | '' {
  return cursor == null || cursor === '';
}

/** The number of entities that the client requests; throws BAD_USER_INPUT for sizes that are not allowed. */
export function pageSize({ first, last }: PageArgs): number {
  if (first != null && last != null) throw badArgument(PAGE.FIRST_AND_LAST({ argument: 'last' }));
  const [argument, size] = last != null ? ['last', last] : ['first', first ?? DEFAULT_PAGE];
  if (size < 0 || size > MAX_PAGE)
    throw badArgument(PAGE.PAGE_SIZE({ argument: String(argument), max: MAX_PAGE }));
  return size;
}

/** The keys that make an order total: its own up to an id, or all of them and then the id in the last direction. */
export function totalOrder(order: Order): Order {
  const upToId = order.findIndex(({ column }) => column === 'id') + 1;
  if (upToId > 0) return order.slice(0, upToId);
  const last = order.at(-1);
  return last ? [...order, { rows: last.rows, column: 'id', kind: 'id', direction: last.direction }] : order;
}

function opposite(direction: Direction): Direction {
  return direction === 'asc' ? 'desc' : 'asc';
}
