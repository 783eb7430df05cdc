import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Stream } from './stream.ts';

export type Variables = Record<string, unknown>;

/** The answer to an operation. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever their own query selected
  readonly data: any;
  readonly errors?: readonly {
    message: string;
    path?: unknown[];
    extensions: { code: string; rule: string; params: object; requestId: string };
  }[];
  readonly extensions?: { errorsLeftOut?: number };
}

/** A user with a client that sends operations over HTTP and subscribes over a WebSocket, as a front end does. */
export class Person {
  readonly #url: string;
  readonly #token: string | null;
  readonly #open = new Set<Stream>();
  readonly #elsewhere: Person[] = [];

  constructor(url: string, token: string | null) {
    this.#url = url;
    this.#token = token;
  }

  /** The address of the server. */
  get url(): string {
    return this.#url;
  }

  /** The access token, for tests that speak the protocol by hand. */
  get token(): string | null {
    return this.#token;
  }

  /** The same user, as a client of another node. */
  at({ url }: { readonly url: string }): Person {
    const there = new Person(url, this.#token);
    this.#elsewhere.push(there);
    return there;
  }

  /** Runs a query or mutation. */
  async run(query: string, variables: Variables = {}): Promise<Answer> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#authorization() },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as Answer;
    for (const { message, extensions } of answer.errors ?? [])
      if (!extensions.rule || !extensions.params) throw new Error(`An error without a rule: ${message}`);
    return answer;
  }

  /** Runs a query or mutation that must not fail, and answers with its data. */
  async ask(query: string, variables: Variables = {}): Promise<Answer['data']> {
    const { data, errors } = await this.run(query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    const refused = Object.values(data as object).flatMap((field) => field?.userErrors ?? []);
    if (refused.length > 0) throw new Error(JSON.stringify(refused));
    return data;
  }

  /**
   * Subscribes on a socket of its own. A test that must not miss the first event passes a cursor as `after`, as a front
   * end does: no protocol message says when a subscription has begun.
   */
  follow(query: string, variables: Variables = {}): Stream {
    const client = createClient({
      url: `${this.#url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.#authorization(),
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => {},
    });
    const stream = new Stream(client, query);
    this.#open.add(stream);
    client.on('closed', (event) => stream.socketClosed(event as { code: number; reason: string }));
    client.subscribe({ query, variables }, stream.sink as never);
    return stream;
  }

  /** The present position of a tenant's feed; without a tenant, of the feed of the user's own level. */
  async now(tenantId?: string): Promise<string> {
    const { data } = await this.run('query ($id: ID!) { tenant(id: $id) { feedCursor } }', { id: tenantId });
    return data.tenant.feedCursor;
  }

  /** Closes every stream that is still open. */
  async leave(): Promise<void> {
    for (const stream of this.#open) await stream.close();
    for (const person of this.#elsewhere) await person.leave();
  }

  #authorization(): { authorization?: string } {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {};
  }
}
