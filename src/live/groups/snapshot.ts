import { v4 as uuidv4 } from 'uuid';
import type { EntityRow } from '../../core/rows/change.ts';
import { SNAPSHOT_PAGE, type SnapshotPage } from '../../graph/events/snapshot.ts';

/** A page that takes more bytes is sent as two: clients that read slowly have room for one page at a time. */
const MAX_PAGE_BYTES = 128 * 1_024;

/** The rows that one audience sees at one position of a feed, and how they are cut into pages. */
export class Snapshot {
  readonly id = uuidv4();
  readonly seq: number;
  /** The erasures of the tail before the rows were read: after a later one they must not be shown. */
  readonly erasures: number;
  /** The approximate memory of the rows. */
  readonly bytes: number;
  readonly readAt = performance.now();
  readonly #typeName: string;
  #rows: readonly EntityRow[];
  /** The end of each page that has been cut. */
  readonly #ends: number[] = [];
  #isDropped = false;

  constructor(
    typeName: string,
    rows: readonly EntityRow[],
    { seq, erasures, bytes }: Pick<Snapshot, 'seq' | 'erasures' | 'bytes'>,
  ) {
    this.#typeName = typeName;
    this.#rows = rows;
    this.seq = seq;
    this.erasures = erasures;
    this.bytes = bytes;
  }

  /** Whether the rows have been dropped: then there are no pages any more. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Whether a page is the last one. All pages up to it must have been cut. */
  isLast(page: number): boolean {
    return this.#ends[page - 1] === this.#rows.length;
  }

  /**
   * Cuts a page, once, so that it takes few bytes when it is rendered: halves it until it does, or has one row. Returns
   * what `render` made of it.
   */
  async cut<Rendered>(
    page: number,
    render: (page: SnapshotPage) => Promise<Rendered>,
    bytesOf: (rendered: Rendered) => number,
  ): Promise<Rendered> {
    const start = page === 1 ? 0 : (this.#ends[page - 2] ?? 0);
    const known = this.#ends[page - 1];
    for (let end = known ?? Math.min(start + SNAPSHOT_PAGE, this.#rows.length); ; ) {
      const rendered = await render(this.#page(page, start, end));
      if (known !== undefined || end - start <= 1 || bytesOf(rendered) <= MAX_PAGE_BYTES) {
        this.#ends[page - 1] ??= end;
        return rendered;
      }
      end = start + Math.ceil((end - start) / 2);
    }
  }

  /** Frees the memory of the rows. */
  drop(): void {
    this.#isDropped = true;
    this.#rows = [];
  }

  #page(page: number, start: number, end: number): SnapshotPage {
    return {
      __typename: this.#typeName,
      page,
      isLast: end === this.#rows.length,
      totalCount: this.#rows.length,
      rows: this.#rows.slice(start, end),
    };
  }
}
