import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { MAX_INT, MAX_MINOR_UNITS } from '../../core/requests/input-numbers.ts';
import { readInstant } from '../../core/requests/instant.ts';
import { isWellFormed } from '../../core/requests/read-text.ts';
import { type Column, foldOf } from '../../core/rows/models.ts';
import { fold } from '../../lib/fold.ts';
import type { Order, OrderKey, SortKey } from './order.ts';

const PAGE = sentences('BAD_USER_INPUT', {
  CURSOR_OF_ANOTHER_ORDER: 'Argument "{argument}": is not a cursor of this list in this order.',
});

/** The part of a key that a cursor names. */
type NamedKey = Pick<OrderKey, 'rows' | 'column' | 'direction'>;

/** The column that the database sorts by. */
export function sortedColumn({ column, isFolded }: SortKey): string {
  return isFolded ? foldOf(column) : column;
}

/** A value of the column that a list is sorted by. */
export type KeyValue = string | number | boolean | Date;

/** The position of a row in a list: its values of the sorted columns, and its id among rows of equal values. */
export type Key = readonly (KeyValue | null)[];

/** Makes the cursor of one row in a list of this order. */
export function encodeKey(row: { readonly id: string }, order: readonly NamedKey[]): string {
  const parts = order.flatMap((key) => [nameOf(key), (row as Record<string, unknown>)[key.column]]);
  return Buffer.from(JSON.stringify([...parts, row.id])).toString('base64url');
}

/** Reads a cursor; throws BAD_USER_INPUT for a text that is not a cursor of such rows in this order. */
export function decodeKey(argument: string, cursor: string, order: Order): Key {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(parts) && parts.length === 2 * order.length + 1 && isUuid(parts.at(-1))) {
    const values = order.map((key, at) => readValue(key, parts[2 * at], parts[2 * at + 1]));
    if (values.every((value) => value !== undefined)) return [...values, parts.at(-1)];
  }
  throw badArgument(PAGE.CURSOR_OF_ANOTHER_ORDER({ argument }));
}

/** E.g. "Payment.dueAt desc": a cursor of the opposite direction would page backward over what was read. */
function nameOf({ rows, column, direction }: NamedKey): string {
  return `${rows}.${column} ${direction}`;
}

/** Reads the value of a key from the parts of a cursor; undefined if they are of another key or no value of it. */
function readValue(key: OrderKey, name: unknown, written: unknown): KeyValue | null | undefined {
  if (name !== nameOf(key)) return undefined;
  return written === null && key.isNullable ? null : READERS[key.kind]?.(written, key);
}

/** Reads a value of a column from JSON; undefined if it is not one. */
type Reader = (written: unknown, key: SortKey) => KeyValue | undefined;

/** Clients can forge these cursors, so a reader refuses every value that PostgreSQL could not compare. */
const READERS: Readonly<Partial<Record<Column['kind'], Reader>>> = {
  id: (written) => (isUuid(written) ? written : undefined),
  text: (written, { isFolded }) => {
    if (typeof written !== 'string' || written.includes('\0') || !isWellFormed(written)) return undefined;
    return isFolded ? fold(written) : written;
  },
  enum: (written, { values }) => values?.find((value) => value === written),
  integer: (written) => readWhole(written, MAX_INT),
  minorUnits: (written) => readWhole(written, MAX_MINOR_UNITS),
  boolean: (written) => (typeof written === 'boolean' ? written : undefined),
  time: (written) => (typeof written === 'string' ? (readInstant(written) ?? undefined) : undefined),
};

function readWhole(written: unknown, max: number): number | undefined {
  return Number.isInteger(written) && Math.abs(Number(written)) <= max ? Number(written) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not a cursor: the caller refuses it
  }
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
