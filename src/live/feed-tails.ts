import type { WakeUps } from '../changes/wake-ups.ts';
import { FeedTail, type TailParts } from './feed-tail.ts';

export interface FeedTailsOptions extends TailParts {
  readonly wakeUps: WakeUps;
  readonly pollIntervalMs: number;
}

interface OpenTail {
  readonly tail: FeedTail;
  readonly stopListening: () => void;
}

interface Entry {
  readonly opening: Promise<OpenTail | null>;
  holders: number;
}

/** A tail that stays open until it is released. */
export interface TailLease {
  readonly tail: FeedTail;
  release(): void;
}

/** Keeps one tail for each feed that somebody on this node follows, and polls for all of them in one query. */
export class FeedTails {
  readonly #options: FeedTailsOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #hasLastPollFailed = false;

  constructor(options: FeedTailsOptions) {
    this.#options = options;
    options.metrics.feeds.read = () => this.#entries.size;
    this.#schedulePoll();
  }

  /** Holds the tail of a feed; null if there is no such feed. Throws if the database cannot be asked. */
  async hold(feed: string): Promise<TailLease | null> {
    const entry = this.#entries.get(feed) ?? { opening: this.#open(feed), holders: 0 };
    this.#entries.set(feed, entry);
    // Counted before the wait, or whoever releases meanwhile would close it under our feet.
    entry.holders += 1;
    const release = once(() => this.#release(feed, entry));
    try {
      const open = await entry.opening;
      if (open) return { tail: open.tail, release };
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
    const lastSeqs = await this.#options.changeLog.lastSeqs(tails.map(({ feed }) => feed));
    await Promise.all(
      tails.map((tail, index) => tail.reach(lastSeqs.get(tail.feed) ?? 0, before[index] ?? 0)),
    );
    for (const { feed } of tails.filter(({ isBroken }) => isBroken)) this.#entries.delete(feed);
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
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { opening } of entries) (await opening.catch(() => null))?.stopListening();
  }

  async #openTails(): Promise<FeedTail[]> {
    // An opening that fails tells its own caller.
    const opened = await Promise.all(
      [...this.#entries.values()].map(({ opening }) => opening.catch(() => null)),
    );
    return opened.flatMap((open) => open?.tail ?? []);
  }

  async #open(feed: string): Promise<OpenTail | null> {
    let tail: FeedTail | null = null;
    // Listen first: what is announced between the two steps is then either counted already or offered.
    const stopListening = this.#options.wakeUps.listen(feed, (changes) => tail?.offer(changes));
    try {
      const [position] = await this.#options.changeLog.positions([feed]);
      if (position) tail = new FeedTail(position, this.#options);
    } finally {
      if (!tail) stopListening();
    }
    return tail && { tail, stopListening };
  }

  #release(feed: string, entry: Entry): void {
    entry.holders -= 1;
    if (entry.holders > 0) return;
    if (this.#entries.get(feed) === entry) this.#entries.delete(feed);
    // An opening that failed has stopped listening itself.
    entry.opening.then((open) => open?.stopListening()).catch(() => {});
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
