import { setImmediate } from 'node:timers/promises';
import { FairQueue } from '../../lib/fair-queue.ts';

/** The number of slices that a node reads and renders at a time. */
const AT_A_TIME = 4;
/** So many of them a client has at most, however many sockets and subscriptions it catches up with. */
const OF_A_CLIENT = 2;

/** The subscription that a turn is for. */
export interface CatchUp {
  /** The user of the connection. */
  readonly client: string;
  /** The id of the connection. */
  readonly connection: string;
  readonly feed: string;
}

interface ClientTurns {
  readonly queue: FairQueue;
  /** The turns that wait or run. */
  count: number;
}

/**
 * The turns in which subscriptions catch up: in each, one of them reads and renders a slice of its feed. Each turn begins
 * in a new turn of the event loop, after the sockets and timers of that moment: so what is live, and every short operation,
 * is served between any two of them.
 *
 * The connections of a client take turns for its share, and the feeds for those of the node. So a client with thousands
 * of subscriptions delays itself, and a crowd in one feed delays no other feed.
 */
export class CatchUpTurns {
  readonly #node = new FairQueue(AT_A_TIME);
  readonly #clients = new Map<string, ClientTurns>();

  /** Does the work of one turn. It must not wait for a client to read: others wait for the end of the turn. */
  async run<Value>({ client, connection, feed }: CatchUp, work: () => Promise<Value>): Promise<Value> {
    const turns = this.#clients.get(client) ?? { queue: new FairQueue(OF_A_CLIENT), count: 0 };
    this.#clients.set(client, turns);
    turns.count += 1;
    try {
      return await turns.queue.run(connection, () => this.#node.run(feed, () => inNewTurn(work)));
    } finally {
      turns.count -= 1;
      if (turns.count === 0) this.#clients.delete(client);
    }
  }
}

async function inNewTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  await setImmediate();
  return work();
}
