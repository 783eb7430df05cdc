import type { WakeUps } from '../../changes/wake-ups.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { FeedTail, type TailParts } from './feed-tail.ts';
import { RingMemory } from './ring-memory.ts';
import { type OpenTail, SharedTail } from './shared-tail.ts';

export interface TailRegistryParts extends Omit<TailParts, 'ringMemory'> {
  /** The bytes of changes that all tails keep together. */
  readonly maxRingBytes: number;
  readonly wakeUps: WakeUps;
  readonly pollIntervalMs: number;
}

/** A tail that stays open until it is released. */
export interface TailLease {
  readonly tail: FeedTail;
  release(): void;
}

/** Keeps one tail for each feed that is held on this node, and polls for all of them in one query. */
export class TailRegistry {
  readonly #parts: TailRegistryParts & TailParts;
  readonly #shared = new Map<string, SharedTail>();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #hasLastPollFailed = false;
  #polledAt = new Date(0);
  /** The tails that the last poll asked for, and the ends of their feeds. */
  #ends: readonly { readonly tail: FeedTail; readonly seq: number }[] = [];
  #behindSince: number | null = null;

  constructor(parts: TailRegistryParts) {
    const ringMemory = new RingMemory(parts.maxRingBytes);
    this.#parts = { ...parts, ringMemory };
    parts.metrics.ringBytes.read = () => ringMemory.bytes;
    parts.metrics.feeds.read = () => this.#shared.size;
    this.#schedulePoll();
  }

  /** Holds the tail of a feed; null if the feed does not exist. Throws if the database is unavailable. */
  async hold(feed: string): Promise<TailLease | null> {
    // A tail outlives the operation that opens it, e.g. one that signs its socket in.
    const open = () => OperationBudget.without(() => this.#open(feed));
    const shared = this.#shared.get(feed) ?? new SharedTail(open);
    this.#shared.set(feed, shared);
    // Counted before the wait: otherwise a release during the wait would close the tail for this holder, too.
    shared.holders += 1;
    const release = once(() => this.#release(feed, shared));
    try {
      const tail = await shared.get();
      if (tail) return { tail, release };
    } catch (error) {
      release();
      throw error;
    }
    release();
    return null;
  }

  /** Reads the end of each feed from the log, and has the tails advance to it. */
  async poll(): Promise<void> {
    const begun = new Date();
    const tails = await this.#openTails();
    if (tails.length === 0) return;
    const before = tails.map(({ last }) => last);
    const positions = await this.#parts.changeLog.positions(tails.map(({ feed }) => feed));
    const ends = new Map(positions.map((position) => [position.feed, position]));
    this.#ends = tails.map((tail) => ({ tail, seq: ends.get(tail.feed)?.seq ?? 0 }));
    if (this.#changesBehind > 0) this.#behindSince ??= performance.now();
    await Promise.all(tails.map((tail, index) => tail.reach(ends.get(tail.feed), before[index] ?? 0)));
    if (this.#changesBehind === 0) this.#behindSince = null;
    if (begun > this.#polledAt) this.#polledAt = begun;
  }

  /** When the last poll that succeeded began: each tail that was open then has every change from before. */
  get polledAt(): Date {
    return this.#polledAt;
  }

  /** The changes that the log had at the last poll and that the tails have not passed on yet, and for how long. */
  get lag(): { readonly changes: number; readonly ms: number } {
    const changes = this.#changesBehind;
    const since = changes > 0 ? this.#behindSince : null;
    return { changes, ms: since === null ? 0 : Math.round(performance.now() - since) };
  }

  /** Polls in the background, for moments at which wake-ups may have been missed. */
  pollNow(): void {
    this.poll().catch((error: Error) => this.#parts.log.warn({ err: error }, 'feeds not polled'));
  }

  /** Whether the last scheduled poll succeeded. */
  get isPolling(): boolean {
    return !this.#isStopped && !this.#hasLastPollFailed;
  }

  /** Stops polling and listening. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const all = [...this.#shared.values()];
    this.#shared.clear();
    await Promise.all(all.map((shared) => shared.stopListening()));
  }

  get #changesBehind(): number {
    const behind = this.#ends.map(({ tail, seq }) => (tail.isBroken ? 0 : Math.max(seq - tail.last, 0)));
    return behind.reduce((sum, changes) => sum + changes, 0);
  }

  async #openTails(): Promise<FeedTail[]> {
    // The caller of a failed opening gets its error. The next poll opens the tail again.
    const tails = await Promise.all(
      [...this.#shared.values()].map((shared) => shared.get().catch(() => null)),
    );
    return tails.filter((tail) => tail !== null);
  }

  async #open(feed: string): Promise<OpenTail | null> {
    let tail: FeedTail | null = null;
    // Listens before it reads the position: a change announced between the two is then either counted or offered.
    const stopListening = this.#parts.wakeUps.listen(feed, ({ epoch, changes }) => {
      if (!tail || tail.isBroken) return;
      // Two epochs disagree: only the log knows which of them is current.
      if (epoch !== null && epoch !== tail.epoch) this.pollNow();
      else tail.offer(changes);
    });
    try {
      const [position] = await this.#parts.changeLog.positions([feed]);
      if (position) tail = new FeedTail(position, this.#parts);
    } finally {
      if (!tail) stopListening();
    }
    const close = () => {
      stopListening();
      tail?.close();
    };
    return tail && { tail, stopListening: close };
  }

  #release(feed: string, shared: SharedTail): void {
    shared.holders -= 1;
    if (shared.holders > 0) return;
    if (this.#shared.get(feed) === shared) this.#shared.delete(feed);
    void shared.stopListening();
  }

  /** The interval varies by a fifth, so that the polls of many nodes spread. */
  #schedulePoll(): void {
    const delay = this.#parts.pollIntervalMs * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => {
      this.poll()
        .then(() => {
          this.#hasLastPollFailed = false;
          this.#parts.metrics.polls.ok.inc();
        })
        .catch((error: Error) => {
          this.#hasLastPollFailed = true;
          this.#parts.metrics.polls.failed.inc();
          this.#parts.log.warn({ err: error }, 'feeds not polled');
        })
        .finally(() => {
          if (!this.#isStopped) this.#schedulePoll();
        });
    }, delay).unref();
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
