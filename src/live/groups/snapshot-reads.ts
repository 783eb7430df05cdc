import { LRUCache } from 'lru-cache';
import { positionIn } from '../../changes/change-log.ts';
import { cursorExpired } from '../../core/feeds/cursor.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { SnapshotRows } from '../../graph/events/snapshot.ts';
import type { WindowRows } from '../../graph/events/window-rows.ts';
import { FairQueue } from '../../lib/fair-queue.ts';
import { bytesOfRow } from '../tails/change-bytes.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import { Snapshot } from './snapshot.ts';
import type { ReadRows } from './window.ts';

/** Rows are read in blocks, so that too many bytes are noticed early. */
const BLOCK = 1_000;
/** The pool has connections for queries, too, which must not wait for snapshots. */
const PARALLEL_READS = 2;
/** So much a node keeps for clients that have not taken all pages. */
const MAX_KEPT_BYTES = 128 * 1_024 * 1_024;
/** A client that takes no page for so long has been disconnected. */
const KEPT_MS = 60_000;

const SNAPSHOT = sentences('QUERY_TOO_COMPLEX', {
  SNAPSHOT_TOO_LONG:
    'The snapshot has more than {max} rows (MAX_SNAPSHOT_ROWS): narrow the filter, or query the list in pages and subscribe without "snapshot", after the feedCursor of the first page.',
  SNAPSHOT_TOO_LARGE:
    'The rows of the snapshot take more than {max} bytes (MAX_SNAPSHOT_BYTES): narrow the filter, or query the list in pages and subscribe without "snapshot", after the feedCursor of the first page.',
});

export interface SnapshotReadsParts {
  readonly prisma: PrismaClient;
  /** MAX_SNAPSHOT_ROWS. */
  readonly maxSnapshotRows: number;
  /** MAX_SNAPSHOT_BYTES. */
  readonly maxSnapshotBytes: number;
  readonly metrics: Metrics;
}

/**
 * Reads the snapshots of a node, a few at a time, the feeds in turn. A read ends before the first page is rendered, so no
 * transaction waits for a client.
 */
export class SnapshotReads {
  readonly #parts: SnapshotReadsParts;
  readonly #turns = new FairQueue(PARALLEL_READS);
  readonly #kept = new LRUCache<Snapshot, Snapshot>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: ({ bytes }) => bytes,
    ttl: KEPT_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    dispose: (snapshot) => snapshot.drop(),
  });

  constructor(parts: SnapshotReadsParts) {
    this.#parts = parts;
  }

  /**
   * Reads rows together with the position at which they are so. Done when the tail has reached the position: before it,
   * this node has applied every change of rights that the rows may depend on. Throws CURSOR_EXPIRED if the tail breaks.
   */
  async read(tail: FeedTail, rows: SnapshotRows): Promise<Snapshot> {
    const read = await this.#readAt(tail, (tx) => this.#readAll(tx, tail.feed, rows));
    const bytes = read.rows.reduce((sum, row) => sum + bytesOfRow(row), 1);
    const snapshot = new Snapshot(rows.typeName, read.rows, { ...read, bytes });
    this.#kept.set(snapshot, snapshot);
    return snapshot;
  }

  /** Reads the first `take` rows of a window, likewise. */
  readWindow(tail: FeedTail, rows: WindowRows, take: number): Promise<ReadRows> {
    const { maxSnapshotBytes } = this.#parts;
    return this.#readAt(tail, async (tx) => {
      const found = await rows.read(tx, tail.feed, take);
      const bytes = found.slice(0, rows.first).reduce((sum, row) => sum + bytesOfRow(row), 0);
      if (bytes > maxSnapshotBytes) throw tooLarge(maxSnapshotBytes);
      return found;
    });
  }

  /** Says that a client still takes pages of a snapshot. */
  use(snapshot: Snapshot): void {
    this.#kept.get(snapshot);
  }

  /** Reads rows and the position of their feed, in turn, and waits for the tail. */
  async #readAt(tail: FeedTail, readRows: (tx: PrismaClient) => Promise<EntityRow[]>): Promise<ReadRows> {
    const { erasures, last } = tail;
    // Several subscriptions wait for it, so it is no statement of the one that came first.
    const { position, rows } = await OperationBudget.without(() =>
      this.#turns.run(tail.feed, () => this.#readTogether(tail.feed, readRows)),
    );
    await tail.reach(position ?? undefined, last);
    if (!position || tail.isBroken) throw cursorExpired();
    return { seq: position.seq, rows, erasures };
  }

  async #readTogether(feed: string, readRows: (tx: PrismaClient) => Promise<EntityRow[]>) {
    const begun = performance.now();
    const read = await this.#parts.prisma.$transaction(
      // Statements of a transaction of this level all see what the first of them saw.
      async (tx) => ({
        position: await positionIn(tx, feed),
        rows: await readRows(tx as PrismaClient),
      }),
      { isolationLevel: 'RepeatableRead' },
    );
    this.#parts.metrics.snapshotReads.observe((performance.now() - begun) / 1_000);
    return read;
  }

  async #readAll(tx: PrismaClient, feed: string, rows: SnapshotRows): Promise<EntityRow[]> {
    const { maxSnapshotRows, maxSnapshotBytes } = this.#parts;
    const found: EntityRow[] = [];
    let bytes = 0;
    for (;;) {
      const take = Math.min(BLOCK, maxSnapshotRows + 1 - found.length);
      const block = await rows.read(tx, feed, found.at(-1)?.id ?? null, take);
      found.push(...block);
      for (const row of block) bytes += bytesOfRow(row);
      if (found.length > maxSnapshotRows) throw tooLong(maxSnapshotRows);
      if (bytes > maxSnapshotBytes) throw tooLarge(maxSnapshotBytes);
      if (block.length < take) return found;
    }
  }
}

function tooLong(max: number): RequestError {
  return new RequestError(SNAPSHOT.SNAPSHOT_TOO_LONG({ max }));
}

function tooLarge(max: number): RequestError {
  return new RequestError(SNAPSHOT.SNAPSHOT_TOO_LARGE({ max }));
}
