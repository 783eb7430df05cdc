import type { Client, ExecutionResult, Sink } from 'graphql-ws';

export type Result = ExecutionResult<Record<string, never>, { cursor?: string }>;

/** How a stream ended: by a `complete` message, by an `error` message, or because its socket was closed. */
export type End =
  | { readonly how: 'complete' }
  | { readonly how: 'error'; readonly errors: unknown }
  | { readonly how: 'closed'; readonly code: number; readonly reason: string };

/** What one subscription received, kept until a test looks at it. */
export class Stream {
  readonly #client: Client;
  readonly #results: Result[] = [];
  readonly #waiting: ((result: Result) => void)[] = [];
  readonly #ended: Promise<End>;
  #end: (end: End) => void = () => {};

  constructor(client: Client) {
    this.#client = client;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Where the client puts what it receives. */
  readonly sink: Sink<Result> = {
    next: (result) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting(result);
      else this.#results.push(result);
    },
    error: (errors) => this.#end({ how: 'error', errors }),
    complete: () => this.#end({ how: 'complete' }),
  };

  /** The next result; of what nobody waited for, the oldest. */
  next(): Promise<Result> {
    const result = this.#results.shift();
    return result ? Promise.resolve(result) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next event of the field, whatever it is called. */
  async event(): Promise<never> {
    const { data, errors } = await this.next();
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data ?? {})[0] as never;
  }

  /** The next `count` events. */
  async take(count: number): Promise<never[]> {
    const events: never[] = [];
    while (events.length < count) events.push(await this.event());
    return events;
  }

  /** What has come and was not looked at. */
  get unread(): readonly Result[] {
    return this.#results;
  }

  /** How the stream ended, once it has. */
  ended(): Promise<End> {
    return this.#ended;
  }

  /** Called when the socket has been closed. */
  socketClosed({ code, reason }: { code: number; reason: string }): void {
    this.#end({ how: 'closed', code, reason });
  }

  /** Cuts the connection without a word of goodbye. */
  cut(): void {
    this.#client.terminate();
  }

  /** Leaves as a client should. */
  async close(): Promise<void> {
    await this.#client.dispose();
  }
}
