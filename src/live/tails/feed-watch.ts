import type { Change } from '../../core/rows/change.ts';
import type { TailLease, TailRegistry } from './tail-registry.ts';

const BATCH = 500;

type OnChanges = (changes: readonly Change[] | null) => void;

/**
 * Gives the changes of one feed from its end on to a part of the server that needs each of them, and no position. If some
 * have left the ring, or the feed has begun again, it gives null and ends: its owner reads the present state instead.
 */
export class FeedWatch {
  readonly #tails: TailRegistry;
  readonly #lease: TailLease;
  readonly #onChanges: OnChanges;
  readonly #openedAt = new Date();
  #last: number;
  #stopWaiting: () => void = () => {};
  #isClosed = false;

  private constructor(tails: TailRegistry, lease: TailLease, onChanges: OnChanges) {
    this.#tails = tails;
    this.#lease = lease;
    this.#onChanges = onChanges;
    this.#last = lease.tail.last;
    this.#wait();
  }

  /**
   * Makes the function that watches a feed of this node. It throws if there is no such feed, or if the database is
   * unavailable.
   */
  static openerOn(tails: TailRegistry) {
    return async (feed: string, onChanges: OnChanges): Promise<FeedWatch> => {
      const lease = await tails.hold(feed);
      if (!lease) throw new Error(`There is no feed ${feed}.`);
      return new FeedWatch(tails, lease, onChanges);
    };
  }

  /** The time until which this node is known to have every change of the feed: that of the last poll that succeeded. */
  completeUntil(): Date {
    const { polledAt } = this.#tails;
    return polledAt > this.#openedAt ? polledAt : this.#openedAt;
  }

  isComplete(): boolean {
    return this.#tails.isPolling;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWaiting();
    this.#lease.release();
  }

  #wait(): void {
    this.#stopWaiting = this.#lease.tail.onceAdvanced(() => this.#advance());
  }

  #advance(): void {
    const { tail } = this.#lease;
    while (!this.#isClosed && this.#last < tail.last && !tail.isBroken) {
      const changes = tail.since(this.#last, BATCH);
      if (changes === null) break;
      this.#last += changes.length;
      this.#onChanges(changes);
    }
    if (this.#isClosed) return;
    if (this.#last < tail.last || tail.isBroken) this.#end();
    else this.#wait();
  }

  #end(): void {
    this.close();
    this.#onChanges(null);
  }
}
