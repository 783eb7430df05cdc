import type { FeedTail } from './feed-tail.ts';

/** A tail, and the end of its listening for wake-ups. */
export interface OpenTail {
  readonly tail: FeedTail;
  readonly stopListening: () => void;
}

/**
 * The tail of a feed for as long as somebody holds it. One that is broken, or could not be opened, is opened anew for
 * whoever asks next, and with it for those who hold it only so that changes of rights in the feed are seen.
 */
export class HeldTail {
  holders = 0;
  readonly #open: () => Promise<OpenTail | null>;
  #opening: Promise<OpenTail | null> | null = null;
  #current: OpenTail | null = null;

  constructor(open: () => Promise<OpenTail | null>) {
    this.#open = open;
  }

  /** The tail; null if there is no such feed. Throws if the database cannot be asked. */
  async get(): Promise<FeedTail | null> {
    if (this.#current?.tail.isBroken) void this.stopListening();
    this.#opening ??= this.#openAnew();
    const open = await this.#opening;
    return open?.tail ?? null;
  }

  /** Stops listening; done when nothing is being opened any more. */
  async stopListening(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    this.#current = null;
    // An opening that fails has stopped listening itself.
    const open = await opening?.catch(() => null);
    open?.stopListening();
  }

  async #openAnew(): Promise<OpenTail | null> {
    try {
      this.#current = await this.#open();
      return this.#current;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }
}
