import type { WakeUps } from '../changes/wake-ups.ts';
import { FeedTail, type TailParts } from './feed-tail.ts';
import { HeldTail, type OpenTail } from './held-tail.ts';

export interface FeedTailsOptions extends TailParts {
  readonly wakeUps: WakeUps;
  readonly pollIntervalMs: number;
}

/** A tail that stays open until it is released. */
export interface TailLease {
  readonly tail: FeedTail;
  release(): void;
}

/** Keeps one tail for each feed that somebody on this node follows, and polls for all of them in one query. */
export class FeedTails {
  readonly #options: FeedTailsOptions;
  readonly #held = new Map<string, HeldTail>();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #hasLastPollFailed = false;

  constructor(options: FeedTailsOptions) {
    this.#options = options;
    options.metrics.feeds.read = () => this.#held.size;
    this.#schedulePoll();
  }

  /** Holds the tail of a feed; null if there is no such feed. Throws if the database cannot be asked. */
  async hold(feed: string): Promise<TailLease | null> {
    const held = this.#held.get(feed) ?? new HeldTail(() => this.#open(feed));
    this.#held.set(feed, held);
    // Counted before the wait, or whoever releases meanwhile would close it under our feet.
    held.holders += 1;
    const release = once(() => this.#release(feed, held));
    try {
      const tail = await held.get();
      if (tail) return { tail, release };
    } catch (error) {
      release();
      throw error;
    }
    release();
    return null;
  }

  /** Asks the log how far each feed goes, and has the tails that are behind catch up. */
  async poll(): Promise<void> {
    const tails = await this.#openTails();
    if (tails.length === 0) return;
    const before = tails.map(({ last }) => last);
    const positions = await this.#options.changeLog.positions(tails.map(({ feed }) => feed));
    const ends = new Map(positions.map((position) => [position.feed, position]));
    await Promise.all(tails.map((tail, index) => tail.reach(ends.get(tail.feed), before[index] ?? 0)));
  }

  /** Polls without being waited for, for when wake-ups may have been missed. */
  pollNow(): void {
    this.poll().catch((error: Error) => this.#options.log.warn({ err: error }, 'feeds not polled'));
  }

  /** Whether the last poll got through. */
  get isPolling(): boolean {
    return !this.#isStopped && !this.#hasLastPollFailed;
  }

  /** Stops polling and listening. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const all = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(all.map((held) => held.stopListening()));
  }

  async #openTails(): Promise<FeedTail[]> {
    // An opening that fails tells its own caller, and the next poll tries again.
    const tails = await Promise.all([...this.#held.values()].map((held) => held.get().catch(() => null)));
    return tails.filter((tail) => tail !== null);
  }

  async #open(feed: string): Promise<OpenTail | null> {
    let tail: FeedTail | null = null;
    // Listen first: what is announced between the two steps is then either counted already or offered.
    const stopListening = this.#options.wakeUps.listen(feed, ({ epoch, changes }) => {
      if (!tail || tail.isBroken) return;
      // Of another history than the tail's: only the log can say which of the two is the present one.
      if (epoch !== null && epoch !== tail.epoch) this.pollNow();
      else tail.offer(changes);
    });
    try {
      const [position] = await this.#options.changeLog.positions([feed]);
      if (position) tail = new FeedTail(position, this.#options);
    } finally {
      if (!tail) stopListening();
    }
    return tail && { tail, stopListening };
  }

  #release(feed: string, held: HeldTail): void {
    held.holders -= 1;
    if (held.holders > 0) return;
    if (this.#held.get(feed) === held) this.#held.delete(feed);
    void held.stopListening();
  }

  /** The interval varies by a fifth, so that many nodes do not ask at the same moment. */
  #schedulePoll(): void {
    const delay = this.#options.pollIntervalMs * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => {
      this.poll()
        .then(() => {
          this.#hasLastPollFailed = false;
          this.#options.metrics.polls.ok.inc();
        })
        .catch((error: Error) => {
          this.#hasLastPollFailed = true;
          this.#options.metrics.polls.failed.inc();
          this.#options.log.warn({ err: error }, 'feeds not polled');
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
