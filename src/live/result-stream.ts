import type { ExecutionResult } from 'graphql';
import type { Payload, Sink } from './payload.ts';

/** What a stream yields: payloads that are ready to be sent, and at its end the result that says why it ended. */
export type StreamItem = Payload | ExecutionResult;

/**
 * The results of one subscription as the async iterator that transports and protocol libraries expect. It holds at
 * most one item: whoever offers the next one waits until this one was taken. For a client that can be written to at
 * any time, nothing but the end comes this way.
 *
 * It can be closed while somebody waits for its next item, which a generator cannot: its `return()` queues behind the
 * pending `next()`, which for a quiet stream never comes, and subscriptions pile up.
 */
export class ResultStream implements Sink {
  readonly isPush = false;
  readonly #onClosed: () => void;
  #offered: { readonly item: StreamItem; readonly taken: () => void } | null = null;
  #waiting: ((result: IteratorResult<StreamItem, undefined>) => void) | null = null;
  #isEnded = false;
  #isClosed = false;

  constructor(onClosed: () => void) {
    this.#onClosed = onClosed;
  }

  deliver(item: StreamItem): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#waiting) {
      this.#waiting({ value: item, done: false });
      this.#waiting = null;
      return Promise.resolve();
    }
    return new Promise((taken) => {
      this.#offered = { item, taken };
    });
  }

  /** Says that nothing more is to come. */
  end(): void {
    this.#isEnded = true;
    this.#waiting?.(DONE);
    this.#waiting = null;
    if (!this.#offered) this.#close();
  }

  async next(): Promise<IteratorResult<StreamItem, undefined>> {
    const offered = this.#offered;
    if (offered) {
      this.#offered = null;
      offered.taken();
      return { value: offered.item, done: false };
    }
    if (this.#isEnded || this.#isClosed) {
      this.#close();
      return DONE;
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<IteratorResult<StreamItem, undefined>> {
    this.#close();
    return DONE;
  }

  async throw(error: unknown): Promise<never> {
    this.#close();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#offered?.taken();
    this.#offered = null;
    this.#waiting?.(DONE);
    this.#waiting = null;
    this.#onClosed();
  }
}

const DONE = { value: undefined, done: true } as const;
