import { type Change, type EntityRow, rowAfter, rowBefore, rowLost } from '../../core/rows/change.ts';
import type { WindowRows } from '../../graph/events/window-rows.ts';
import { bytesOfRow } from '../tails/change-bytes.ts';

/** Beyond so many bytes no spare rows are held. */
const MAX_BYTES = 1_024 * 1_024;

/** The rows that a window shows at one position, and some spare ones after them. Never changed: a change makes others. */
export class HeldRows {
  readonly #asked: WindowRows;
  readonly #rows: readonly EntityRow[];
  /** Whether the list has no row after these. */
  readonly #isWhole: boolean;
  /** The rows that clients receive. */
  readonly shown: readonly EntityRow[];
  /** The approximate memory of all. */
  readonly bytes: number;

  private constructor(asked: WindowRows, rows: readonly EntityRow[], isWhole: boolean) {
    const bytes = bytesOf(rows);
    const isCut = bytes > MAX_BYTES && rows.length > asked.first;
    this.#asked = asked;
    this.#rows = isCut ? rows.slice(0, asked.first) : rows;
    this.#isWhole = isWhole && !isCut;
    this.bytes = isCut ? bytesOf(this.#rows) : bytes;
    this.shown = this.#rows.slice(0, asked.first);
  }

  /** The number of rows to read: with spare ones, so that rows can leave without another read. */
  static takeFor({ first }: Pick<WindowRows, 'first'>): number {
    return first + Math.max(10, Math.ceil(first / 2));
  }

  /** Holds what a read of `takeFor` rows has found. */
  static of(asked: WindowRows, found: readonly EntityRow[]): HeldRows {
    return new HeldRows(asked, found, found.length < HeldRows.takeFor(asked));
  }

  /** The rows after a change of the entity: the same if it is about none of them; null if the rows have to be read. */
  after(change: Change): HeldRows | null {
    const row = rowAfter(change);
    const held = this.#rows.find(({ id }) => id === change.entityId);
    // Rows of an organization can be read before the feed of the tenant has the copies of their changes.
    if (held && row && row.version <= held.version) return this;
    const listed = row && this.#asked.standing(row) === 'LISTED' ? row : null;
    if (!held && !listed) return this;
    const others = this.#rows.filter((one) => one !== held);
    const rows = listed ? this.#with(others, listed) : others;
    if (!held && rows === others) return this;
    const most = HeldRows.takeFor(this.#asked);
    const isWhole = this.#isWhole && rows.length <= most;
    return rows.length < this.#asked.first && !isWhole
      ? null
      : new HeldRows(this.#asked, rows.slice(0, most), isWhole);
  }

  /** Rows with one more in its position: the same rows if it is after the last one, because those in between are not known. */
  #with(rows: readonly EntityRow[], row: EntityRow): readonly EntityRow[] {
    const position = rows.findIndex((one) => this.#asked.compare(one, row) > 0);
    if (position >= 0) return rows.toSpliced(position, 0, row);
    return this.#isWhole ? [...rows, row] : rows;
  }

  /** Whether the shown rows could be others without this change, which was before it. */
  isTouchedBy(change: Change): boolean {
    const { compare, entity, first, standing } = this.#asked;
    if (change.entity !== entity) return false;
    if (this.shown.some(({ id }) => id === change.entityId)) return true;
    const last = this.shown.length < first ? undefined : this.shown.at(-1);
    return [rowLost(change) ?? rowBefore(change), rowAfter(change)].some(
      (row) => row !== null && standing(row) === 'LISTED' && (!last || compare(row, last) <= 0),
    );
  }
}

function bytesOf(rows: readonly EntityRow[]): number {
  return rows.reduce((sum, row) => sum + bytesOfRow(row), 0);
}
