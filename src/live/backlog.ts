import { LRUCache } from 'lru-cache';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Change } from '../core/change.ts';
import { cursorExpired } from '../core/cursor.ts';
import { FairQueue } from '../lib/fair-queue.ts';
import type { FeedTail } from './feed-tail.ts';

/** How many changes are read, and made payloads of, at once: what they lead to is then read together, too. */
export const BLOCK = 256;
/** With as many blocks, a node keeps no more than 8,192 changes for those who are far behind. */
const MAX_BLOCKS = 32;
/** For as long as a crowd takes to come back; then the memory is needed for other things. */
const KEPT_MS = 60_000;
/** Of the four connections that read the log, tails and the poll always have two. */
const PARALLEL_READS = 2;

/**
 * What tails no longer keep, read from the log. Clients that resume come in crowds, as after a restart, and want the
 * same: so the log is read in blocks that begin at the same numbers for everybody, and whoever asks for a block that is
 * being read, or was read a moment ago, shares it. The changes are the same objects for all of them, so what they lead
 * to is shared, too. Blocks of several feeds are read in turns: a crowd in one feed does not hold up another one.
 */
export class Backlog {
  readonly #changeLog: ChangeLog;
  readonly #reads = new FairQueue(PARALLEL_READS);
  readonly #blocks = new LRUCache<string, Promise<readonly Change[]>>({
    max: MAX_BLOCKS,
    ttl: KEPT_MS,
    ttlAutopurge: true,
  });

  constructor(changeLog: ChangeLog) {
    this.#changeLog = changeLog;
  }

  /**
   * The next changes behind `after`, in order: at most a block of them, and none beyond what the tail has. Throws
   * CURSOR_EXPIRED if the next one is not in the log any more.
   */
  async read(tail: FeedTail, after: number): Promise<readonly Change[]> {
    const start = after - (after % BLOCK);
    const block = await this.#block(tail, start);
    // Read ahead: the reader comes for the next one as soon as its client has taken this one, and is told then if it
    // could not be read.
    if (start + BLOCK < tail.last) this.#block(tail, start + BLOCK).catch(() => {});
    const next = block.filter(({ seq }) => seq > after);
    const hole = next.findIndex(({ seq }, index) => seq !== after + index + 1);
    if (hole === 0 || (next.length === 0 && after < tail.last)) throw cursorExpired();
    return hole === -1 ? next : next.slice(0, hole);
  }

  /** A block that the tail has not filled yet is another one as soon as the tail has more. */
  #block({ feed, epoch, last }: FeedTail, start: number): Promise<readonly Change[]> {
    const end = Math.min(start + BLOCK, last);
    const key = `${feed}/${epoch}/${start}/${end}`;
    const known = this.#blocks.get(key);
    if (known) return known;
    const reading = this.#reads.run(feed, () => this.#changeLog.read(feed, start, end, BLOCK));
    this.#blocks.set(key, reading);
    // Whoever reads it is told; the next one tries again.
    reading.catch(() => this.#blocks.delete(key));
    return reading;
  }
}
