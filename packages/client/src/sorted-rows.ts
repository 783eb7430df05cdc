/** A row of a live list: the fields of the fragment, and these three. */
export interface Row {
  readonly __typename: string;
  readonly id: string;
  readonly version: number;
}

/** A field by which a list is sorted. */
export interface OrderBy {
  readonly field: string;
  readonly direction?: 'ASC' | 'DESC';
}

/** Rows in order. One that changes is moved alone, so an event costs the same however long the list is. */
export class SortedRows {
  readonly #compare: (one: Row, other: Row) => number;
  readonly #byId = new Map<string, Row>();
  readonly #rows: Row[] = [];

  /** The rows are sorted by the fields, and those that are equal in them by their ids. */
  constructor(orderBy: readonly OrderBy[], rows: Iterable<Row> = []) {
    this.#compare = comparison([...orderBy, { field: 'id' }]);
    for (const row of rows) this.#byId.set(row.id, row);
    this.#rows.push(...[...this.#byId.values()].sort(this.#compare));
  }

  get(id: string): Row | undefined {
    return this.#byId.get(id);
  }

  put(row: Row): void {
    this.remove(row.id);
    this.#byId.set(row.id, row);
    this.#rows.splice(this.#placeOf(row), 0, row);
  }

  remove(id: string): boolean {
    const row = this.#byId.get(id);
    if (!row) return false;
    this.#byId.delete(id);
    this.#rows.splice(this.#placeOf(row), 1);
    return true;
  }

  toArray(): readonly Row[] {
    return Object.freeze([...this.#rows]);
  }

  /** The first place whose row is not before this one. */
  #placeOf(row: Row): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#rows[middle] as Row, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Null is last, also in a descending order. */
function comparison(orderBy: readonly OrderBy[]): (one: Row, other: Row) => number {
  return (one, other) => {
    for (const { field, direction } of orderBy) {
      const [a, b] = [sortValue(one, field), sortValue(other, field)];
      if (a === b) continue;
      if (a === null) return 1;
      if (b === null) return -1;
      return a < b === (direction !== 'DESC') ? -1 : 1;
    }
    return 0;
  };
}

function sortValue(row: Row, field: string): string | number | null {
  const value = (row as unknown as Record<string, unknown>)[field] ?? null;
  return typeof value === 'boolean' ? Number(value) : (value as string | number | null);
}
