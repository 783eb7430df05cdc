import type { SortKey } from './keyset-cursor.ts';

export type Direction = 'asc' | 'desc';

/** A column by which a list is sorted, and in which direction. */
export interface OrderKey extends SortKey {
  readonly direction: Direction;
}

/** The keys by which a list is sorted: each decides among the rows that all before it leave equal, and last the id. */
export type Order = readonly OrderKey[];
