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

/** The entities whose changes are wanted, by name, sorted. Undefined: all. */
export type Interest = readonly string[] | undefined;

/** Some changes of a feed: all wanted ones up to a number, in order. */
export interface Passage {
  readonly changes: readonly Change[];
  /** No later change was looked at. */
  readonly upTo: number;
}

/**
 * Reads from the log the changes that tails no longer keep. Clients that resume come in crowds, as after a restart, and
 * need the same changes. So the log is read in blocks that begin at the same numbers for all of them, and subscriptions
 * of the same interest share a block that is being read or was read within a minute. They share the change objects, too,
 * and so the rows that these refer to. The blocks of several feeds are read in turn: a crowd in one feed does not delay
 * another feed.
 *
 * A block of all changes is a range of numbers. One of some entities is as many of their changes, however far apart: its
 * cost does not follow the changes of others.
 */
export class Backlog {
  readonly #changeLog: ChangeLog;
  readonly #reads = new FairQueue(PARALLEL_READS);
  readonly #blocks = new LRUCache<string, Passage>({
    maxSize: MAX_BYTES,
    sizeCalculation: sizeOf,
    ttl: KEPT_MS,
    ttlAutopurge: true,
  });
  readonly #pending = new Map<string, Promise<Passage>>();

  constructor(changeLog: ChangeLog) {
    this.#changeLog = changeLog;
  }

  /** The approximate memory of the blocks that are kept. */
  get bytes(): number {
    return this.#blocks.calculatedSize;
  }

  /**
   * Returns the next wanted changes after `after`, in order: at most one block, and none past the tail. Throws
   * CURSOR_EXPIRED if the next change has been removed from the log.
   */
  async read(tail: FeedTail, after: number, interest?: Interest): Promise<Passage> {
    const block = await this.#block(tail, startOf(after), interest);
    // Reads ahead: the subscription asks for the next block when its client has taken this one, and gets the error
    // then.
    if (block.upTo < tail.last) this.#block(tail, startOf(block.upTo), interest).catch(() => {});
    const changes = block.changes.filter(({ seq }) => seq > after);
    if (!interest) return untilHole(changes, after, tail);
    await this.#requireKept(tail, after + 1);
    return { changes, upTo: block.upTo };
  }

  /** Reads or shares a block. The key holds the block's end, because an incomplete block grows with the tail. */
  async #block(
    { feed, epoch, erasures, last }: FeedTail,
    start: number,
    interest: Interest,
  ): Promise<Passage> {
    const end = interest ? endOf(start, last) : Math.min(start + BLOCK, last);
    const key = `${feed}/${epoch}/${erasures}/${start}/${end}/${interest?.join() ?? '*'}`;
    return this.#blocks.get(key) ?? this.#pending.get(key) ?? this.#read(key, { feed, start, end, interest });
  }

  async #read(key: string, asked: Asked): Promise<Passage> {
    const reading = this.#reads.run(asked.feed, () => this.#ask(asked));
    this.#pending.set(key, reading);
    try {
      const block = await reading;
      this.#blocks.set(key, block);
      return block;
    } finally {
      this.#pending.delete(key);
    }
  }

  async #ask({ feed, start, end, interest }: Asked): Promise<Passage> {
    if (!interest) return { changes: await this.#changeLog.read(feed, start, end, BLOCK), upTo: end };
    const changes = await this.#changeLog.readOf(interest, feed, start, end, BLOCK);
    return { changes, upTo: changes.length === BLOCK ? (changes.at(-1) as Change).seq : end };
  }

  /**
   * Refuses to continue where changes were removed from the log, which removes the oldest first: if the first change is
   * there after the read, so were all later ones.
   */
  async #requireKept({ feed }: FeedTail, seq: number): Promise<void> {
    if (!(await this.#changeLog.occurrence(feed, seq))) throw cursorExpired();
  }
}

/** Returns the part of a passage with its first changes. The rest was not looked at. */
export function firstOf(passage: Passage, changes: readonly Change[]): Passage {
  if (changes.length === passage.changes.length) return passage;
  return { changes, upTo: (changes.at(-1) as Change).seq };
}

/** A block to read. */
interface Asked {
  readonly feed: string;
  /** It begins after this number. */
  readonly start: number;
  readonly end: number;
  readonly interest: Interest;
}

/** Blocks begin at the same numbers for all who read. */
function startOf(after: number): number {
  return after - (after % BLOCK);
}

/** The end up to which changes of some entities are sought: one that stays the same while the tail advances a little. */
function endOf(start: number, last: number): number {
  return startOf(last) > start ? startOf(last) : last;
}

/** The changes that follow each other by number; throws CURSOR_EXPIRED if the next one is missing. */
function untilHole(changes: readonly Change[], after: number, { last }: FeedTail): Passage {
  const hole = changes.findIndex(({ seq }, index) => seq !== after + index + 1);
  if (hole === 0 || (changes.length === 0 && after < last)) throw cursorExpired();
  const found = hole === -1 ? changes : changes.slice(0, hole);
  return { changes: found, upTo: found.at(-1)?.seq ?? after };
}

/** Estimates the memory of a block. An empty one, of changes that were removed from the log, costs something, too. */
function sizeOf({ changes }: Passage): number {
  return changes.reduce((sum, change) => sum + bytesOfChange(change), 1);
}
