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

export interface Order {
  /** A column that is never null. */
  readonly column: string;
  readonly direction: 'asc' | 'desc';
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
export function keysetQuery(args: PageArgs, { column, direction }: Order): KeysetQuery {
  const isBackward = args.last != null;
  const forward = isBackward ? opposite(direction) : direction;
  const bounds = [
    ...(args.after ? [beyond(decodeKey('after', args.after, column), column, direction)] : []),
    ...(args.before ? [beyond(decodeKey('before', args.before, column), column, opposite(direction))] : []),
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

type Key = readonly [value: string | Date, id: string];

/** Reads such a cursor: the value of the column and the id. Throws BAD_USER_INPUT for what is no cursor of this order. */
export function decodeKey(argument: string, cursor: string, column: string): Key {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(parts) || parts[0] !== column || !isKeyValue(parts[1]) || !isUuid(parts[2])) {
    throw badArgument(argument, 'is not a cursor of this list in this order.');
  }
  const time = /At$/.test(column) ? new Date(parts[1]) : null;
  if (time && !isInstant(time)) {
    throw badArgument(argument, 'is not a cursor of this list in this order.');
  }
  return [time ?? parts[1], parts[2]];
}

function beyond([value, id]: Key, column: string, direction: Order['direction']): object {
  const operator = direction === 'asc' ? 'gt' : 'lt';
  if (column === 'id') return { id: { [operator]: id } };
  return { OR: [{ [column]: { [operator]: value } }, { [column]: value, id: { [operator]: id } }] };
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
