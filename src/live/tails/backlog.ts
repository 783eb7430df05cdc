import { LRUCache } from 'lru-cache';
import type { ChangeLog } from '../../changes/change-log.ts';
import { cursorExpired } from '../../core/feeds/cursor.ts';
import type { Change } from '../../core/rows/change.ts';
import { FairQueue } from '../../lib/fair-queue.ts';
import { bytesOfChange } from './change-bytes.ts';
import type { FeedTail } from './feed-tail.ts';

/** The number of changes that are read, and executed, together: rows that they refer to are then read together, too. */
export const BLOCK = 256;
/** So much a node keeps for subscriptions that catch up: as bytes, because changes can have large texts. */
const MAX_BYTES = 32 * 1_024 * 1_024;
/** The time in which a crowd of clients reconnects, roughly. */
const KEPT_MS = 60_000;
/** The log has four connections: tails and the poll always have two of them. */
const PARALLEL_READS = 2;

/**
 * Reads from the log the changes that tails no longer keep. Clients that resume come in crowds, as after a restart, and
 * need the same changes. So the log is read in blocks that begin at the same numbers for all of them, and subscriptions
 * share a block that is being read or was read within a minute. They share the change objects, too, and so the rows
 * that these refer to. The blocks of several feeds are read in turn: a crowd in one feed does not delay another feed.
 */
export class Backlog {
  readonly #changeLog: ChangeLog;
  readonly #reads = new FairQueue(PARALLEL_READS);
  readonly #blocks = new LRUCache<string, readonly Change[]>({
    maxSize: MAX_BYTES,
    sizeCalculation: sizeOf,
    ttl: KEPT_MS,
    ttlAutopurge: true,
  });
  readonly #pending = new Map<string, Promise<readonly Change[]>>();

  constructor(changeLog: ChangeLog) {
    this.#changeLog = changeLog;
  }

  /** The approximate memory of the blocks that are kept. */
  get bytes(): number {
    return this.#blocks.calculatedSize;
  }

  /**
   * Returns the next changes after `after`, in order: at most one block, and none past the tail. Throws CURSOR_EXPIRED
   * if the next change has been removed from the log.
   */
  async read(tail: FeedTail, after: number): Promise<readonly Change[]> {
    const start = after - (after % BLOCK);
    const block = await this.#block(tail, start);
    // Reads ahead: the subscription asks for the next block when its client has taken this one, and gets the error
    // then.
    if (start + BLOCK < tail.last) this.#block(tail, start + BLOCK).catch(() => {});
    const next = block.filter(({ seq }) => seq > after);
    const hole = next.findIndex(({ seq }, index) => seq !== after + index + 1);
    if (hole === 0 || (next.length === 0 && after < tail.last)) throw cursorExpired();
    return hole === -1 ? next : next.slice(0, hole);
  }

  /** Reads or shares a block. The key holds the block's end, because an incomplete block grows with the tail. */
  async #block({ feed, epoch, erasures, last }: FeedTail, start: number): Promise<readonly Change[]> {
    const end = Math.min(start + BLOCK, last);
    const key = `${feed}/${epoch}/${erasures}/${start}/${end}`;
    return this.#blocks.get(key) ?? this.#pending.get(key) ?? this.#read(key, feed, start, end);
  }

  async #read(key: string, feed: string, start: number, end: number): Promise<readonly Change[]> {
    const reading = this.#reads.run(feed, () => this.#changeLog.read(feed, start, end, BLOCK));
    this.#pending.set(key, reading);
    try {
      const block = await reading;
      this.#blocks.set(key, block);
      return block;
    } finally {
      this.#pending.delete(key);
    }
  }
}

/** Estimates the memory of a block. An empty one, of changes that were removed from the log, costs something, too. */
function sizeOf(block: readonly Change[]): number {
  return block.reduce((sum, change) => sum + bytesOfChange(change), 1);
}
