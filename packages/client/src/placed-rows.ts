import type { Row } from './sorted-rows.ts';

/** The rows of a window, in the order in which the server places them. */
export class PlacedRows {
  readonly #rows: Row[];

  constructor(rows: Iterable<Row> = []) {
    this.#rows = [...rows];
  }

  get(id: string): Row | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  /** Puts a row after another one; null: before all. */
  put(row: Row, behindId: string | null): void {
    this.remove(row.id);
    const behind = this.#rows.findIndex(({ id }) => id === behindId);
    this.#rows.splice(behindId === null ? 0 : behind + 1, 0, row);
  }

  remove(id: string): boolean {
    const place = this.#rows.findIndex((row) => row.id === id);
    if (place >= 0) this.#rows.splice(place, 1);
    return place >= 0;
  }

  toArray(): readonly Row[] {
    return Object.freeze([...this.#rows]);
  }
}
