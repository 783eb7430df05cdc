import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Payload, Sink } from './payload.ts';

/** What a stream yields: payloads that are ready to be sent, and at its end the result that says why it ended. */
export type StreamItem = Payload | ExecutionResult;

/** As much as a socket of Node takes before it asks to be waited for. */
const ROOM_BYTES = 16 * 1_024;

/**
 * The results of one subscription as the async iterator that transports and protocol libraries expect. Whoever delivers
 * more than there is room for is asked to wait. Of a client that can be written to at any time, nothing but the end
 * comes this way.
 *
 * It can be closed while somebody waits for its next item, which a generator cannot: its `return()` queues behind the
 * pending `next()`, which for a quiet stream never comes, and subscriptions pile up.
 */
export class ResultStream implements Sink {
  readonly endsSlowReaders = false;
  readonly #onClosed: () => void;
  #items: StreamItem[] = [];
  #bytes = 0;
  #isEnded = false;
  #isClosed = false;
  /** Whoever waits for an item, and whoever waits for room. */
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];

  constructor(onClosed: () => void) {
    this.#onClosed = onClosed;
  }

  deliver(item: StreamItem): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    this.#items.push(item);
    this.#bytes += 'bytes' in item ? item.bytes.length : 0;
    wake(this.#readers);
    if (this.#bytes <= ROOM_BYTES) return undefined;
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  /** Says that nothing more is to come. */
  end(): void {
    this.#isEnded = true;
    wake(this.#readers);
    if (this.#items.length === 0) this.#close();
  }

  async next(): Promise<IteratorResult<StreamItem, undefined>> {
    await this.#some();
    const [item] = this.#take(1);
    return item ? { value: item, done: false } : DONE;
  }

  /** The next items: as many as one turn of the event loop has brought. None if there are no more. */
  async nextTurn(): Promise<readonly StreamItem[]> {
    await this.#some();
    await setImmediate();
    return this.#take(this.#items.length);
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

  async #some(): Promise<void> {
    if (this.#items.length > 0 || this.#isEnded || this.#isClosed) return;
    await new Promise<void>((resolve) => this.#readers.push(resolve));
  }

  #take(count: number): StreamItem[] {
    const taken = this.#items.splice(0, count);
    for (const item of taken) this.#bytes -= 'bytes' in item ? item.bytes.length : 0;
    if (this.#bytes <= ROOM_BYTES) wake(this.#writers);
    if (taken.length === 0) this.#close();
    return taken;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#items = [];
    wake(this.#readers);
    wake(this.#writers);
    this.#onClosed();
  }
}

const DONE = { value: undefined, done: true } as const;

function wake(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}
