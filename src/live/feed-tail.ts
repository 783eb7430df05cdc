import type { ChangeLog } from '../changes/change-log.ts';
import type { Change } from '../core/change.ts';
import type { Position } from '../core/feed.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { RightsWatch } from './rights-watch.ts';
import { Ring } from './ring.ts';

const BATCH = 500;
const MAX_OFFERED = 1_000;

export interface TailParts {
  readonly changeLog: ChangeLog;
  readonly rights: RightsWatch;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How many of the latest changes are kept for followers. */
  readonly ringSize: number;
}

/**
 * The end of one feed, as this node knows it; all followers of the feed on this node share it.
 *
 * The numbers of a feed are dense, which makes any source of news harmless: a change numbered `last + 1` is the next
 * one, wherever it came from; a smaller number is old; a larger one proves that something is missing, and then the
 * log is read. So wake-ups may be late, lost, doubled or forged. The poll says how far the log goes and finds what
 * no wake-up told.
 *
 *     wake-up: 8        last = 7   take it                      last = 8
 *     wake-up: 8 again  last = 8   old, drop it
 *     wake-up: 10       last = 8   9 is missing: read the log   last = 10
 *     poll: at 12       last = 10  read the log                 last = 12
 */
export class FeedTail {
  readonly feed: string;
  readonly epoch: string;
  readonly #parts: TailParts;
  readonly #waiting = new Set<() => void>();
  /** The latest changes, the last of them numbered `#last`. */
  readonly #ring: Ring;
  #last: number;
  #offered: Change[] = [];
  /** What told that there is more in the log; null if all of it is known. */
  #behind: 'gap' | 'poll' | null = null;
  #running: Promise<void> | null = null;
  #isBroken = false;

  constructor({ feed, epoch, seq }: Position, parts: TailParts) {
    this.feed = feed;
    this.epoch = epoch;
    this.#last = seq;
    this.#parts = parts;
    this.#ring = new Ring(parts.ringSize);
  }

  /** How far followers may go. */
  get last(): number {
    return this.#last;
  }

  /** Whether the log no longer continues what was read of it, as after a restore: nobody may go on from here. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Takes the changes of a wake-up; none means that there are some in the log. */
  offer(changes: readonly Change[]): void {
    if (changes.length === 0 || this.#offered.length + changes.length > MAX_OFFERED) this.#behind = 'gap';
    else this.#offered.push(...changes);
    this.#advance();
  }

  /**
   * Goes on to where the log ended when it was asked; `before` is how far this tail was then, for wake-ups may have taken
   * it further while the answer was on its way. A log that is gone, ends earlier or numbers another history breaks the
   * tail. Throws what reading the log throws.
   */
  async reach(end: Pick<Position, 'epoch' | 'seq'> | undefined, before: number): Promise<void> {
    if (end?.epoch !== this.epoch || end.seq < before) {
      this.#break();
      return;
    }
    while (this.#last < end.seq && !this.#isBroken) {
      this.#behind ??= 'poll';
      await this.#advance();
    }
  }

  /** The next of the kept changes behind `seq`, oldest first; null if some of them are no longer kept. */
  since(seq: number, limit: number): readonly Change[] | null {
    return this.#ring.latest(this.#last - seq, limit);
  }

  /** Calls back once, when there is more than before. */
  onceMore(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => {
      this.#waiting.delete(callback);
    };
  }

  /** Works off what is known to be there: one run at a time, so changes are taken in order. */
  #advance(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    this.#running.then(
      // Something may have come after the run had looked for the last time.
      () => void (this.#hasNews() && this.#advance()),
      // Whoever needs the outcome awaits it; for everybody else the next poll tries again.
      (error: Error) => this.#parts.log.warn({ feed: this.feed, err: error }, 'feed not read'),
    );
    return this.#running;
  }

  #hasNews(): boolean {
    return (this.#offered.length > 0 || this.#behind !== null) && !this.#isBroken;
  }

  async #run(): Promise<void> {
    while (this.#hasNews()) {
      const offered = this.#offered;
      this.#offered = [];
      await this.#take(offered, 'wake_up');
      const source = this.#behind;
      if (!source) continue;
      const read = await this.#read(source);
      if (read[0] && read[0].seq !== this.#last + 1) this.#break();
      if (read.length === BATCH) this.#behind ??= source;
      await this.#take(read, source);
    }
  }

  /** What is announced while the log is being read may not be in what was read, and makes the tail behind again. */
  async #read(source: 'gap' | 'poll'): Promise<Change[]> {
    this.#behind = null;
    try {
      return await this.#parts.changeLog.read(this.feed, this.#last, Number.MAX_SAFE_INTEGER, BATCH);
    } catch (error) {
      this.#behind = source;
      throw error;
    }
  }

  async #take(changes: readonly Change[], source: keyof Metrics['changes']): Promise<void> {
    const before = this.#last;
    for (const change of changes) {
      if (change.seq <= this.#last) continue;
      if (change.seq > this.#last + 1) {
        this.#behind = 'gap';
        break;
      }
      await this.#parts.rights.apply(change);
      this.#ring.push(change);
      this.#last = change.seq;
      this.#parts.metrics.lag.observe(secondsSince(change.occurredAt));
    }
    this.#ring.trim();
    this.#parts.metrics.changes[source].inc(this.#last - before);
    if (this.#last > before) this.#wake();
  }

  #break(): void {
    if (this.#isBroken) return;
    this.#parts.log.error(
      { feed: this.feed, last: this.#last },
      'change log is not contiguous: followers are reset',
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

/** Nothing has happened yet if the clock of whoever wrote it is ahead of ours. */
function secondsSince(time: Date): number {
  return Math.max(0, Date.now() - time.getTime()) / 1_000;
}
