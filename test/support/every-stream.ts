import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Variables } from './person.ts';

/** Many subscriptions of one user over one socket, and what each received. */
export class EveryStream {
  readonly received = new Map<string, string[]>();
  readonly #client: ReturnType<typeof createClient>;

  constructor(url: string, token: string | null) {
    this.#client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
  }

  /** Begins a subscription that is looked up later by its title. */
  follow(title: string, query: string, variables: Variables): void {
    const results: string[] = [];
    this.received.set(title, results);
    const keep = (result: unknown) => results.push(JSON.stringify(result));
    this.#client.subscribe({ query, variables }, { next: keep, error: keep, complete: () => {} });
  }

  /**
   * Follows the changes of the tenant until its name is `marker`. This subscription begins last, on the same socket, so
   * when it ends, the others have received all that was due to them before the marker.
   */
  async until(marker: string, after: string): Promise<void> {
    const query = `subscription ($after: Cursor) { changes(after: $after, types: [TENANT]) { ... on TenantUpdated { tenant { name } } } }`;
    for await (const result of this.#client.iterate({ query, variables: { after } })) {
      if (result.errors) throw new Error(JSON.stringify(result.errors));
      if (JSON.stringify(result.data).includes(marker)) return;
    }
    throw new Error(`${marker} did not arrive.`);
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }
}
