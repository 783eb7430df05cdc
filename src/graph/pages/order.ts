import type { Column } from '../../core/rows/models.ts';

/** The column by which a list is sorted. */
export interface SortKey {
  /** The type of the listed rows, e.g. `Payment`: a cursor of other rows is refused. */
  readonly rows: string;
  readonly column: string;
  /** The kind of the column. It decides how its values are written into cursors and compared. */
  readonly kind: Column['kind'];
  /** Whether the list is sorted by the fold of the column. */
  readonly isFolded?: boolean;
  /** Whether the column can be null, which sorts after every value. */
  readonly isNullable?: boolean;
  /** For an enum: its values in the order in which PostgreSQL sorts them. */
  readonly values?: readonly string[];
}

export type Direction = 'asc' | 'desc';

/** A column by which a list is sorted, and in which direction. */
export interface OrderKey extends SortKey {
  readonly direction: Direction;
}

/** The keys by which a list is sorted: each decides among the rows that all before it leave equal, and last the id. */
export type Order = readonly OrderKey[];
