import { fold } from '../../lib/fold.ts';
import { totalOrder } from './keyset.ts';
import type { KeyValue } from './keyset-cursor.ts';
import type { Order, OrderKey } from './order.ts';

type Row = { readonly id: string };

/** Makes the comparison of rows in memory that agrees with the order of the same list in the database. */
export function comparisonOf(order: Order): (one: Row, other: Row) => number {
  const keys = totalOrder(order);
  return (one, other) => {
    for (const key of keys) {
      const compared = compareValues(columnValue(one, key), columnValue(other, key), key);
      if (compared !== 0) return key.direction === 'asc' ? compared : -compared;
    }
    return 0;
  };
}

function columnValue(row: Row, { column }: OrderKey): KeyValue | null {
  return ((row as Record<string, unknown>)[column] ?? null) as KeyValue | null;
}

/** Null is after every value, as PostgreSQL has it. */
function compareValues(one: KeyValue | null, other: KeyValue | null, key: OrderKey): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  if (key.kind === 'enum') return rankOf(one, key) - rankOf(other, key);
  if (typeof one === 'string') return compareBytes(textOf(one, key), textOf(String(other), key));
  return Number(one) - Number(other);
}

function rankOf(value: KeyValue, { values = [] }: OrderKey): number {
  return values.indexOf(String(value));
}

function textOf(text: string, { isFolded }: OrderKey): string {
  return isFolded ? fold(text) : text;
}

/** PostgreSQL compares the bytes of UTF-8, JavaScript those of UTF-16: they differ for what is beyond the first plane. */
function compareBytes(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}
