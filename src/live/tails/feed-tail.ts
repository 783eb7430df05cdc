import type { ChangeLog } from '../../changes/change-log.ts';
import type { ChangeTraces } from '../../changes/change-traces.ts';
import type { Position } from '../../core/feeds/feed.ts';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import type { Change } from '../../core/rows/change.ts';
import { bytesOfChange } from './change-bytes.ts';
import { Ring } from './ring.ts';
import type { RingMemory } from './ring-memory.ts';

const BATCH = 500;
/** So much of what was announced may wait; what does not fit is read from the log. */
const MAX_OFFERED_BYTES = 2 * 1_024 * 1_024;

/** The parts that all tails of a node share. */
export interface TailParts {
  readonly changeLog: ChangeLog;
  /** Has the rights that a change alters read again; done when this node holds no old right. */
  readonly applyRights: (change: Change) => Promise<void>;
  /** Whether a change says that earlier ones of its feed are not what they were. Absent: none does. */
  readonly erasesEarlier?: (change: Change) => boolean;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null or absent where nothing is traced. */
  readonly traces?: ChangeTraces | null;
  /** The number of latest changes that a tail keeps. */
  readonly ringSize: number;
  /** Bounds what all tails keep together. */
  readonly ringMemory: RingMemory;
}

/**
 * The end of one feed as this node knows it. All subscriptions to the feed on this node share it.
 *
 * The numbers of a feed are dense, so any source of changes is harmless: a change numbered `last + 1` is the next one,
 * wherever it came from; a smaller number is old; a larger one proves a gap, and the tail reads the log. So a wake-up
 * may be late, lost, duplicated or forged. The poll tells how far the log goes and finds changes that no wake-up
 * announced.
 *
 *     wake-up: 8        last = 7   take it                      last = 8
 *     wake-up: 8 again  last = 8   old, drop it
 *     wake-up: 10       last = 8   9 is missing: read the log   last = 10
 *     poll: at 12       last = 10  read the log                 last = 12
 *
 * Before the tail moves past a change it applies the change's rights. So a subscription that never passes the tail
 * never delivers a change under rights that were withdrawn before it.
 */
export class FeedTail {
  readonly feed: string;
  readonly epoch: string;
  readonly #parts: TailParts;
  readonly #waiting = new Set<() => void>();
  /** The latest changes, up to the one numbered `#last`. */
  readonly #ring: Ring;
  #last: number;
  #offered: Change[] = [];
  #offeredBytes = 0;
  /** Why the log has to be read; null if the tail has all of it. */
  #readDue: 'gap' | 'poll' | null = null;
  #running: Promise<void> | null = null;
  #isBroken = false;
  #erasures = 0;

  constructor({ feed, epoch, seq }: Position, parts: TailParts) {
    this.feed = feed;
    this.epoch = epoch;
    this.#last = seq;
    this.#parts = parts;
    this.#ring = new Ring(parts.ringSize, parts.ringMemory);
  }

  /** Records what is done with the changes; null where nothing is traced. */
  get traces(): ChangeTraces | null {
    return this.#parts.traces ?? null;
  }

  /** The number of the last change that subscriptions may deliver. */
  get last(): number {
    return this.#last;
  }

  /** Counts the changes that erased earlier ones: what was read or rendered before the last of them must not be shown. */
  get erasures(): number {
    return this.#erasures;
  }

  /** Whether the log no longer continues what the tail has read, as after a restore. A broken tail stays broken. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Takes the changes of a wake-up. A wake-up without changes says that the log has some. */
  offer(changes: readonly Change[]): void {
    const bytes = changes.reduce((sum, change) => sum + bytesOfChange(change), this.#offeredBytes);
    if (changes.length === 0 || bytes > MAX_OFFERED_BYTES) {
      this.#readDue = 'gap';
    } else {
      this.#offered.push(...changes);
      this.#offeredBytes = bytes;
    }
    this.#advance();
  }

  /**
   * Advances to the end of the log. `end` is the answer of the log and `before` is the tail's `last` when the log was
   * asked: wake-ups may have moved the tail since. The tail breaks if the feed is gone, ends before `before` or has
   * another epoch. Throws the errors of reading the log.
   */
  async reach(end: Pick<Position, 'epoch' | 'seq'> | undefined, before: number): Promise<void> {
    if (end?.epoch !== this.epoch || end.seq < before) {
      this.#break();
      return;
    }
    while (this.#last < end.seq && !this.#isBroken) {
      this.#readDue ??= 'poll';
      await this.#advance();
    }
  }

  /** Returns the next kept changes after `seq`, oldest first; null if some of them have been dropped. */
  since(seq: number, limit: number): readonly Change[] | null {
    return this.#ring.latest(this.#last - seq, limit);
  }

  /** Drops what is kept, when no holder is left. */
  close(): void {
    this.#ring.close();
  }

  /** Calls back once, when the tail has advanced or broken, unless the returned function is called before. */
  onceAdvanced(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => {
      this.#waiting.delete(callback);
    };
  }

  /** Starts a run unless one is under way: a single run at a time keeps the changes in order. */
  #advance(): Promise<void> {
    this.#running ??= this.#startRun();
    return this.#running;
  }

  #startRun(): Promise<void> {
    const run = this.#run().finally(() => {
      this.#running = null;
    });
    run.then(
      // A change may have been offered after the run's last look.
      () => void (this.#hasNews() && this.#advance()),
      // Callers that need the outcome await it. For all others the next poll tries again.
      (error: Error) => this.#parts.log.warn({ feed: this.feed, err: error }, 'feed not read'),
    );
    return run;
  }

  #hasNews(): boolean {
    return (this.#offered.length > 0 || this.#readDue !== null) && !this.#isBroken;
  }

  async #run(): Promise<void> {
    while (this.#hasNews()) {
      const offered = this.#offered;
      this.#offered = [];
      this.#offeredBytes = 0;
      await this.#take(offered, 'wake_up');
      const source = this.#readDue;
      if (!source) continue;
      const read = await this.#read(source);
      if (read[0] && read[0].seq !== this.#last + 1) this.#break();
      if (read.length === BATCH) this.#readDue ??= source;
      await this.#take(read, source);
    }
  }

  /** Reads the log. A wake-up that arrives during the read makes another read due, as this one may not include it. */
  async #read(source: 'gap' | 'poll'): Promise<Change[]> {
    this.#readDue = null;
    try {
      return await this.#parts.changeLog.read(this.feed, this.#last, Number.MAX_SAFE_INTEGER, BATCH);
    } catch (error) {
      this.#readDue = source;
      throw error;
    }
  }

  async #take(changes: readonly Change[], source: keyof Metrics['changes']): Promise<void> {
    const before = this.#last;
    for (const change of changes) {
      if (change.seq <= this.#last) continue;
      if (change.seq > this.#last + 1) {
        this.#readDue = 'gap';
        break;
      }
      await this.#parts.applyRights(change);
      if (this.#parts.erasesEarlier?.(change)) this.#forgetEarlier();
      this.#ring.push(change);
      this.#last = change.seq;
      this.#parts.metrics.lag.observe(secondsSince(change.occurredAt));
    }
    this.#ring.trim();
    this.#parts.metrics.changes[source].inc(this.#last - before);
    if (this.#last > before) this.#wake();
  }

  #forgetEarlier(): void {
    this.#erasures += 1;
    this.#ring.drop();
  }

  #break(): void {
    if (this.#isBroken) return;
    this.#parts.log.error(
      { feed: this.feed, last: this.#last },
      'change log is not contiguous: subscriptions are reset',
    );
    this.#isBroken = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of waiting) callback();
  }
}

/** Never negative: the clock of the writer can be ahead of this node's. */
function secondsSince(time: Date): number {
  return Math.max(0, Date.now() - time.getTime()) / 1_000;
}
