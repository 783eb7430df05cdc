import type { FeedTail } from './feed-tail.ts';

/** A tail that listens for wake-ups. */
export interface OpenTail {
  readonly tail: FeedTail;
  readonly stopListening: () => void;
}

/**
 * The current tail of one feed, shared by all its holders. A tail that has broken, or that could not be opened, is
 * opened again at the next `get`: by a new subscription, or by the poll on behalf of connections that hold the feed for
 * its changes of rights only.
 */
export class SharedTail {
  holders = 0;
  readonly #open: () => Promise<OpenTail | null>;
  #opening: Promise<OpenTail | null> | null = null;
  #current: OpenTail | null = null;

  constructor(open: () => Promise<OpenTail | null>) {
    this.#open = open;
  }

  /** Returns the tail; null if the feed does not exist. Throws if the database is unavailable. */
  async get(): Promise<FeedTail | null> {
    if (this.#current?.tail.isBroken) void this.stopListening();
    this.#opening ??= this.#reopen();
    const open = await this.#opening;
    return open?.tail ?? null;
  }

  /** Stops listening; done when no opening is under way. */
  async stopListening(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    this.#current = null;
    // An opening that fails has stopped listening itself.
    const open = await opening?.catch(() => null);
    open?.stopListening();
  }

  async #reopen(): Promise<OpenTail | null> {
    try {
      this.#current = await this.#open();
      return this.#current;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }
}
