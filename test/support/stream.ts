import type { Client, ExecutionResult, Sink } from 'graphql-ws';
import { PATIENCE_MS, within } from './patience.ts';

export type Result = ExecutionResult<Record<string, never>, { cursor?: string }>;

/** The end of a stream: a `complete` message, an `error` message, or the closing of its socket. */
export type End =
  | { readonly how: 'complete' }
  | { readonly how: 'error'; readonly errors: unknown }
  | { readonly how: 'closed'; readonly code: number; readonly reason: string };

/**
 * The results that one subscription received, kept until a test reads them.
 *
 * A wait for a result that does not arrive fails within seconds, with a sentence that names the result.
 */
export class Stream {
  readonly #client: Client;
  readonly #field: string;
  readonly #results: Result[] = [];
  readonly #waiting: ((result: Result | null) => void)[] = [];
  readonly #ended: Promise<End>;
  #resolveEnded: (end: End) => void = () => {};
  #end: End | null = null;
  #asked = 0;

  /** `query` gives the stream its name: the field to which it subscribes. */
  constructor(client: Client, query: string) {
    this.#client = client;
    this.#field = /\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(query)?.[1] ?? query;
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** The sink through which the client delivers results. */
  readonly sink: Sink<Result> = {
    next: (result) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting(result);
      else this.#results.push(result);
    },
    error: (errors) => this.#endBy({ how: 'error', errors }),
    complete: () => this.#endBy({ how: 'complete' }),
  };

  /** The next result, or the oldest unread one. Rejects if the stream ends or the result is too late. */
  async next(patienceMs = PATIENCE_MS): Promise<Result> {
    this.#asked += 1;
    const number = this.#asked;
    const late = () => `${this.#field}: result ${number} did not come`;
    const result = this.#results.shift() ?? (await within(patienceMs, late, this.#arrival()));
    if (result) return result;
    throw new Error(`${late()}: the stream ended after ${number - 1}, ${JSON.stringify(this.#end)}`);
  }

  /** The next event of the field, of any type. */
  async event(patienceMs = PATIENCE_MS): Promise<never> {
    const { data, errors } = await this.next(patienceMs);
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data ?? {})[0] as never;
  }

  /** The next `count` events. */
  async take(count: number): Promise<never[]> {
    const events: never[] = [];
    while (events.length < count) events.push(await this.event());
    return events;
  }

  /** The next event that is a change: skips positions. The subscription selects `__typename`. */
  async change(patienceMs = PATIENCE_MS): Promise<never> {
    for (;;) {
      const event = await this.event(patienceMs);
      if (!isPosition(event)) return event;
    }
  }

  /** The next `count` changes. */
  async changes(count: number): Promise<never[]> {
    const changes: never[] = [];
    while (changes.length < count) changes.push(await this.change());
    return changes;
  }

  /** The changes up to the next position, which says that the stream has caught up. */
  async changesUntilCaughtUp(): Promise<never[]> {
    const changes: never[] = [];
    for (;;) {
      const event = await this.event();
      if (isPosition(event)) return changes;
      changes.push(event);
    }
  }

  /** The results that have arrived and that no test has read. */
  get unread(): readonly Result[] {
    return this.#results;
  }

  /** The end of the stream, as soon as it has ended. */
  ended(patienceMs = PATIENCE_MS): Promise<End> {
    const late = () => `${this.#field}: the stream did not end after ${this.#asked} results`;
    return within(patienceMs, late, this.#ended);
  }

  /** Records that the socket is closed. */
  socketClosed({ code, reason }: { code: number; reason: string }): void {
    this.#endBy({ how: 'closed', code, reason });
  }

  /** Cuts the connection without a closing message. */
  cut(): void {
    this.#client.terminate();
  }

  /** Unsubscribes and closes the socket, as a client should. */
  async close(): Promise<void> {
    await this.#client.dispose();
  }

  /** The result that arrives next; null if the stream has ended. */
  #arrival(): Promise<Result | null> {
    if (this.#end) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #endBy(end: End): void {
    this.#end ??= end;
    this.#resolveEnded(this.#end);
    for (const waiting of this.#waiting.splice(0)) waiting(null);
  }
}

function isPosition(event: { readonly __typename?: string }): boolean {
  if (event.__typename === undefined)
    throw new Error('Only what selects __typename tells changes from positions.');
  return event.__typename === 'FeedPosition';
}
