import { badArgument } from '../core/errors.ts';
import { isInstant } from '../core/instant.ts';

// Pages by key, never by offset: a page begins behind the sort key and id of a row, so inserts and deletions
// elsewhere move nothing, a deleted row still marks its place, and the thousandth page costs what the first does.

/** How many entities a page holds when nobody says, and at most. */
export const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Order extends SortKey {
  readonly direction: 'asc' | 'desc';
}

/** What a list is sorted by. */
export interface SortKey {
  readonly column: string;
  /** Whether the column can be null, which is greater than everything: last upwards and first downwards. */
  readonly isNullable?: boolean;
  /** Of an enum, its values in the order in which PostgreSQL has them. */
  readonly values?: readonly string[];
}

/** What to ask the database for, and how to make the page out of what it answers. */
export interface KeysetQuery {
  readonly where: object;
  readonly orderBy: readonly Record<string, 'asc' | 'desc'>[];
  /** One more than the page holds: whether it comes tells whether there is another page. */
  readonly take: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Plans the query for a page; throws BAD_USER_INPUT for sizes and cursors that cannot be honoured. */
export function keysetQuery(args: PageArgs, order: Order): KeysetQuery {
  const { column, direction } = order;
  const isBackward = args.last != null;
  const forward = isBackward ? opposite(direction) : direction;
  const reversed = { ...order, direction: opposite(direction) };
  const bounds = [
    ...(args.after ? [beyond(decodeKey('after', args.after, order), order)] : []),
    ...(args.before ? [beyond(decodeKey('before', args.before, order), reversed)] : []),
  ];
  return {
    where: { AND: bounds },
    orderBy: column === 'id' ? [{ id: forward }] : [{ [column]: forward }, { id: forward }],
    take: pageSize(args) + 1,
  };
}

/** Cuts the extra row off and puts a page that was read backwards in order. */
export function toPage<Row>(args: PageArgs, found: readonly Row[]): Page<Row> {
  const size = pageSize(args);
  const rows = found.slice(0, size);
  const hasMore = found.length > size;
  return args.last != null
    ? { rows: rows.toReversed(), hasPreviousPage: hasMore, hasNextPage: args.before != null }
    : { rows, hasNextPage: hasMore, hasPreviousPage: args.after != null };
}

/** Makes the cursor of one row in one order. */
export function encodeKey(row: { readonly id: string }, column: string): string {
  const value = (row as Record<string, unknown>)[column];
  return Buffer.from(JSON.stringify([column, value, row.id])).toString('base64url');
}

type Key = readonly [value: string | Date | null, id: string];

/** Reads such a cursor: the value of the column and the id. Throws BAD_USER_INPUT for what is no cursor of this order. */
export function decodeKey(argument: string, cursor: string, { column, values, isNullable }: SortKey): Key {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  const isOfColumn = Array.isArray(parts) && parts[0] === column && isUuid(parts[2]);
  if (isOfColumn && isNullable && parts[1] === null) return [null, parts[2]];
  if (!isOfColumn || !isKeyValue(parts[1]) || (values && !values.includes(parts[1]))) {
    throw badArgument(argument, 'is not a cursor of this list in this order.');
  }
  const time = /At$/.test(column) ? new Date(parts[1]) : null;
  if (time && !isInstant(time)) {
    throw badArgument(argument, 'is not a cursor of this list in this order.');
  }
  return [time ?? parts[1], parts[2]];
}

function beyond([value, id]: Key, order: Order): object {
  const { column, direction, isNullable } = order;
  const operator = direction === 'asc' ? 'gt' : 'lt';
  if (column === 'id') return { id: { [operator]: id } };
  const amongEquals = { [column]: value, id: { [operator]: id } };
  // Null is greater than all there is: behind everything in the one direction, before it in the other.
  if (value === null) {
    return direction === 'asc' ? amongEquals : { OR: [{ [column]: { not: null } }, amongEquals] };
  }
  const nulls = isNullable && direction === 'asc' ? [{ [column]: null }] : [];
  return { OR: [further(value, order), amongEquals, ...nulls] };
}

/** What is greater, or smaller, than a value. Prisma compares no values of an enum, so they are listed. */
function further(value: string | Date, { column, values, direction }: Order): object {
  if (!values) return { [column]: { [direction === 'asc' ? 'gt' : 'lt']: value } };
  const index = values.indexOf(String(value));
  return { [column]: { in: direction === 'asc' ? values.slice(index + 1) : values.slice(0, index) } };
}

/** How many entities are asked for; throws BAD_USER_INPUT for sizes that are not allowed. */
export function pageSize({ first, last }: PageArgs): number {
  if (first != null && last != null) throw badArgument('last', 'cannot be used together with "first".');
  const [argument, size] = last != null ? ['last', last] : ['first', first ?? DEFAULT_PAGE];
  if (size < 1 || size > MAX_PAGE) throw badArgument(String(argument), `from 1 to ${MAX_PAGE}.`);
  return size;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not a cursor: the caller refuses it
  }
}

/** Lists are sorted by texts and times; a time is a text here, and PostgreSQL stores no NUL. */
function isKeyValue(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function opposite(direction: Order['direction']): Order['direction'] {
  return direction === 'asc' ? 'desc' : 'asc';
}
