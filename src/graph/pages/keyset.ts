import { badArgument } from '../../core/requests/errors.ts';
import {
  type Direction,
  decodeKey,
  type Key,
  type KeyValue,
  type Order,
  sortedColumn,
} from './keyset-cursor.ts';

// Pages by key, never by offset: a page begins after the sort key and id of a row. Inserts and deletions elsewhere move
// nothing, the cursor of a deleted row stays valid, and the thousandth page costs as much as the first, because each of
// its queries begins at its first row in the index.

/** The number of entities in a page, by default and at most. */
export const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

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
}

/** Plans the queries of a page; throws BAD_USER_INPUT for sizes and cursors that cannot be honoured. */
export function planPage(args: PageArgs, order: Order): KeysetPlan {
  const isBackward = args.last != null;
  const take = pageSize(args) + 1;
  const { after, before } = readEdges(args, (argument, cursor) => decodeKey(argument, cursor, order));
  const orderBy = orderOf(order, isBackward ? opposite(order.direction) : order.direction);
  // Without a bound PostgreSQL reads the index from its end, whatever values it contains.
  if (!after && !before) return { queries: [{ where: {}, orderBy }], take };
  const sections = between(sectionsOf(order), { after, before }, order);
  const queries = sections.map((where) => ({ where, orderBy }));
  return { queries: isBackward ? queries.toReversed() : queries, take };
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
  if (first != null && last != null) throw badArgument('last', 'cannot be used together with "first".');
  const [argument, size] = last != null ? ['last', last] : ['first', first ?? DEFAULT_PAGE];
  if (size < 0 || size > MAX_PAGE) throw badArgument(String(argument), `from 0 to ${MAX_PAGE}.`);
  return size;
}

/**
 * A range of a list that one condition finds. A list is one section, with two exceptions: PostgreSQL compares null with
 * nothing, and Prisma offers no comparison for the values of an enum or a boolean.
 */
interface Section {
  readonly where: object;
  /** Whether all of its rows have the same value, so that the id alone decides their order. */
  readonly isOfOneValue: boolean;
  readonly has: (value: KeyValue | null) => boolean;
}

/** The sections of a list, in its order. */
function sectionsOf(order: Order): Section[] {
  const { kind, values, isNullable, direction } = order;
  const column = sortedColumn(order);
  const single = kind === 'boolean' ? [false, true] : values;
  const ofValues: Section[] = single
    ? single.map((one) => ({ where: { [column]: one }, isOfOneValue: true, has: (value) => value === one }))
    : [
        {
          where: isNullable ? { [column]: { not: null } } : {},
          isOfOneValue: false,
          has: (value) => value !== null,
        },
      ];
  const ofNull: Section = {
    where: { [column]: null },
    isOfOneValue: true,
    has: (value) => value === null,
  };
  const ascending = isNullable ? [...ofValues, ofNull] : ofValues;
  return direction === 'asc' ? ascending : ascending.toReversed();
}

/** The conditions that find the rows between two keys, in the order of the list. */
function between(
  sections: readonly Section[],
  { after, before }: { readonly after: Key | null; readonly before: Key | null },
  order: Order,
): object[] {
  const { direction } = order;
  const column = sortedColumn(order);
  const first = after ? sections.findIndex(({ has }) => has(after[0])) : 0;
  const last = before ? sections.findIndex(({ has }) => has(before[0])) : sections.length - 1;
  return sections.slice(first, last + 1).flatMap((section, index) => {
    const fromHere = after && index === 0 ? beyond(after, section, column, direction) : [{}];
    const toHere =
      before && index === last - first
        ? beyond(before, section, column, opposite(direction)).toReversed()
        : [{}];
    return fromHere.flatMap((from) => toHere.map((to) => ({ AND: [section.where, from, to] })));
  });
}

/**
 * The conditions for the rows after a key within its section, in order: rows of the same value, then of greater ones.
 * They are two queries because each is a range of the index. PostgreSQL turns `a > x OR (a = x AND id > y)` into a
 * filter that reads all rows before the page, and with an additional `a >= x` into one that reads all rows where a
 * equals x.
 */
function beyond([value, id]: Key, { isOfOneValue }: Section, column: string, direction: Direction): object[] {
  const operator = direction === 'asc' ? 'gt' : 'lt';
  const ofId = { id: { [operator]: id } };
  if (isOfOneValue || column === 'id') return [ofId];
  return [{ [column]: value, ...ofId }, { [column]: { [operator]: value } }];
}

function orderOf(order: Order, direction: Direction): Record<string, Direction>[] {
  const column = sortedColumn(order);
  return column === 'id' ? [{ id: direction }] : [{ [column]: direction }, { id: direction }];
}

function opposite(direction: Direction): Direction {
  return direction === 'asc' ? 'desc' : 'asc';
}
