import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Payload, Sink } from './payload.ts';

/** An item of a stream: a payload, or at the end the result that says why the stream ends. */
export type StreamItem = Payload | ExecutionResult;

/** As many bytes as a socket of Node takes before it asks the writer to wait. */
const ROOM_BYTES = 16 * 1_024;

/**
 * The results of one subscription as the async iterator that transports and protocol libraries expect. A writer that
 * delivers more than there is room for is asked to wait. For a client that can be written to at any time, only the
 * final error passes through here.
 *
 * The stream can be closed while a reader waits for the next item. A generator cannot: its `return()` waits until the
 * pending `next()` is settled, which may never happen on an idle stream, and subscriptions would pile up.
 */
export class ResultStream implements Sink {
  readonly endsSlowReaders = false;
  readonly #onClosed: (() => void)[];
  #delivered = 0;
  #items: StreamItem[] = [];
  #bytes = 0;
  #isEnded = false;
  #isFinished = true;
  #isClosed = false;
  /** Readers that wait for an item. */
  #readers: (() => void)[] = [];
  /** Writers that wait for room. */
  #writers: (() => void)[] = [];

  constructor(onClosed: () => void) {
    this.#onClosed = [onClosed];
  }

  /** The payloads that were delivered to it. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Calls back when it is closed; immediately, if it is. */
  onceClosed(callback: () => void): void {
    if (this.#isClosed) callback();
    else this.#onClosed.push(callback);
  }

  /** However large a payload is, the stream takes it when the client has read most of those before it. */
  hasRoomFor(): boolean {
    return this.#isClosed || this.#bytes <= ROOM_BYTES;
  }

  room(): Promise<void> {
    if (this.hasRoomFor()) return Promise.resolve();
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  deliver(item: StreamItem): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    this.#items.push(item);
    if ('bytes' in item) this.#delivered += 1;
    this.#bytes += 'bytes' in item ? item.bytes.length : 0;
    wake(this.#readers);
    return this.hasRoomFor() ? undefined : this.room();
  }

  /**
   * Whether there is nothing more to come. False for a stream that the client can continue on another connection.
   */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Ends the stream after the items that it holds. */
  end({ isFinished = true }: { readonly isFinished?: boolean } = {}): void {
    this.#isEnded = true;
    this.#isFinished = isFinished;
    wake(this.#readers);
    if (this.#items.length === 0) this.#close();
  }

  async next(): Promise<IteratorResult<StreamItem, undefined>> {
    await this.#readable();
    const [item] = this.#take(1);
    return item ? { value: item, done: false } : DONE;
  }

  /** Returns all items that the current turn of the event loop brings; none at the end of the stream. */
  async nextTurn(): Promise<readonly StreamItem[]> {
    await this.#readable();
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

  async #readable(): Promise<void> {
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
    for (const callback of this.#onClosed) callback();
  }
}

const DONE = { value: undefined, done: true } as const;

function wake(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}
