import { PlacedRows } from './placed-rows.ts';
import { type OrderBy, type Row, SortedRows } from './sorted-rows.ts';
import type { Item } from './stream.ts';

/** The author of a change. */
export interface Actor {
  readonly kind: string;
  readonly id: string | null;
  readonly name: string | null;
}

/** The latest change of a row since the list was loaded. */
export interface RowChange {
  /** The fields that changed; empty if the row is new. */
  readonly fields: readonly string[];
  readonly by: Actor;
  readonly at: string;
  readonly requestId: string | null;
}

/** The stage of the rows of a fold. */
export type FoldStage = 'loading' | 'catching-up' | 'in-step' | 'stale';

/**
 * Folds a stream that begins with its rows.
 *
 * - Pages are collected aside and replace the rows at the last one: a list never shows a part of a snapshot, and keeps
 *   its rows while a new one arrives.
 * - An older version never replaces a newer one.
 * - A row that has not changed stays the same object.
 * - The rows of a window are where the server places them; all others are sorted here.
 */
export class Fold {
  readonly #orderBy: readonly OrderBy[];
  readonly #rowField: string;
  readonly #isWindow: boolean;
  #rows: SortedRows | PlacedRows;
  #changed = new Map<string, RowChange>();
  #aside: Map<string, Row> | null = null;
  stage: FoldStage = 'loading';

  constructor(rowField: string, orderBy: readonly OrderBy[], isWindow = false) {
    this.#rowField = rowField;
    this.#orderBy = orderBy;
    this.#isWindow = isWindow;
    this.#rows = this.#rowsOf([]);
  }

  /** All rows, in order. */
  rows(): readonly Row[] {
    return this.#rows.toArray();
  }

  /** The rows that changed since the list was loaded. */
  changed(): ReadonlyMap<string, RowChange> {
    return new Map(this.#changed);
  }

  /** The connection is lost: the rows stay, as they were. */
  lost(): void {
    if (this.stage !== 'loading') this.stage = 'stale';
  }

  /** Takes the next item of the stream, and returns whether the rows or the stage changed. */
  take(item: Item): boolean {
    if (item.nodes) return this.#takePage(item);
    if (item.__typename === 'FeedReset') {
      this.#aside = null;
      this.lost();
      return true;
    }
    if (item.__typename === 'FeedPosition') {
      // One that arrives between two pages says nothing of the rows.
      if (this.#aside || this.stage === 'loading' || this.stage === 'in-step') return false;
      this.stage = 'in-step';
      return true;
    }
    return this.#takeChange(item);
  }

  #takePage({ page, isLast, nodes }: Item): boolean {
    if (page === 1 || !this.#aside) this.#aside = new Map();
    for (const node of nodes as Row[]) this.#aside.set(node.id, this.#same(node));
    if (!isLast) return false;
    this.#rows = this.#rowsOf(this.#aside.values());
    this.#changed = new Map();
    this.#aside = null;
    this.stage = 'catching-up';
    return true;
  }

  #takeChange(item: Item): boolean {
    const row = item[this.#rowField] as Row | undefined;
    if (!row) {
      const id = (item.entityId ?? item[`${this.#rowField}Id`]) as string | undefined;
      if (id === undefined) return false;
      this.#changed.delete(id);
      return this.#rows.remove(id);
    }
    if (this.#rows instanceof PlacedRows) return this.#place(this.#rows, row, item);
    if (row.version < (this.#rows.get(row.id)?.version ?? 0)) return false;
    const same = this.#same(row);
    if (same === this.#rows.get(row.id)) return false;
    this.#rows.put(Object.freeze(row));
    if (item.actor) this.#changed.set(row.id, changeOf(item));
    return true;
  }

  #place(rows: PlacedRows, row: Row, { behindId, event }: Item): boolean {
    rows.put(this.#same(row), (behindId ?? null) as string | null);
    if (event) this.#changed.set(row.id, changeOf(event as Item));
    return true;
  }

  #rowsOf(rows: Iterable<Row>): SortedRows | PlacedRows {
    return this.#isWindow ? new PlacedRows(rows) : new SortedRows(this.#orderBy, rows);
  }

  /** The row that is held, if nothing of it changed. */
  #same(row: Row): Row {
    const held = this.#rows.get(row.id);
    const isSame = held?.version === row.version && JSON.stringify(held) === JSON.stringify(row);
    return isSame ? held : Object.freeze(row);
  }
}

/** The change that an event reports. */
export function changeOf({ changedFields, actor, occurredAt, requestId }: Item): RowChange {
  return {
    fields: (changedFields ?? []) as string[],
    by: actor as Actor,
    at: occurredAt as string,
    requestId: (requestId ?? null) as string | null,
  };
}
