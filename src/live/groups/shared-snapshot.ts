import type { FeedTail } from '../tails/feed-tail.ts';
import type { Snapshot } from './snapshot.ts';

/** So long a snapshot is shared with subscriptions that begin after it was read: rows of other feeds may be shown in it. */
const SHARED_MS = 1_000;

interface SharedSnapshotParts {
  readonly tail: Pick<FeedTail, 'erasures' | 'last'>;
  readonly readSnapshot?: () => Promise<Snapshot>;
}

/** The snapshot that the subscriptions of one group share: those that begin at about the same time read it once. */
export class SharedSnapshot {
  readonly #parts: SharedSnapshotParts;
  #latest: Snapshot | null = null;
  #pending: Promise<Snapshot> | null = null;

  constructor(parts: SharedSnapshotParts) {
    this.#parts = parts;
  }

  /**
   * Returns the latest snapshot, or reads one: it has everything that this node knew when it was asked for, so what its
   * client has seen before is in it. Throws what the read throws.
   */
  async get(): Promise<Snapshot> {
    const known = this.#parts.tail.last;
    const latest = this.#latest;
    if (latest && latest.seq >= known && this.#isNew(latest)) return latest;
    for (;;) {
      this.#pending ??= this.#read();
      const snapshot = await this.#pending;
      // A read that others had begun may have been too early, one that begins now is not.
      if (snapshot.seq >= known) return snapshot;
    }
  }

  /** Whether nothing has been erased since the snapshot was read, and its rows are still in memory. */
  mayBeShown({ isDropped, erasures }: Snapshot): boolean {
    return !isDropped && erasures === this.#parts.tail.erasures;
  }

  #isNew(snapshot: Snapshot): boolean {
    return performance.now() - snapshot.readAt <= SHARED_MS && this.mayBeShown(snapshot);
  }

  async #read(): Promise<Snapshot> {
    try {
      if (!this.#parts.readSnapshot) throw new Error('The streams of this group begin with a change.');
      this.#latest = await this.#parts.readSnapshot();
      return this.#latest;
    } finally {
      this.#pending = null;
    }
  }
}
