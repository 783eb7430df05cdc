import { PATIENCE_MS, within } from './patience.ts';
import type { Variables } from './person.ts';
import type { Result } from './stream.ts';

/** One server-sent event of an operation. */
export interface ServerSentEvent {
  readonly event: string;
  /** The id that a browser sends as `Last-Event-ID` when it reconnects. */
  readonly id: string | null;
  readonly result: Result | null;
}

/** A subscription over an event stream, as a browser reads it. */
export class EventSource {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #blocks: AsyncGenerator<string>;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#blocks = blocksOf(response);
  }

  /** Opens a stream. `lastEventId` is the id of the last event before a cut. */
  static async open(
    url: string,
    token: string | null,
    { query, variables = {}, lastEventId }: { query: string; variables?: Variables; lastEventId?: string },
  ): Promise<EventSource> {
    const abort = new AbortController();
    const opening = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(lastEventId && { 'last-event-id': lastEventId }),
      },
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
    });
    const response = await within(PATIENCE_MS, () => 'an event stream did not begin', opening);
    return new EventSource(response, abort);
  }

  /** The next event. Comments are skipped, as in a browser. */
  async next(): Promise<ServerSentEvent> {
    for (;;) {
      const block = this.#blocks.next();
      const { value, done } = await within(PATIENCE_MS, () => 'no event came', block);
      if (done) throw new Error('The stream has ended.');
      const fields = new Map(
        value.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]),
      );
      const event = fields.get('event');
      if (!event) continue;
      const data = fields.get('data');
      return { event, id: fields.get('id') ?? null, result: data ? (JSON.parse(data) as Result) : null };
    }
  }

  /** The next `count` events. */
  async take(count: number): Promise<ServerSentEvent[]> {
    const events: ServerSentEvent[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  /** Breaks the connection. */
  cut(): void {
    this.#abort.abort();
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks;
  }
}
