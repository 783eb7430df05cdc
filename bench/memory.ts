import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startLockstep } from './fan-out/lockstep.ts';
import { atMost, type Findings } from './findings.ts';
import { toTable } from './support/table.ts';

const SOCKETS = 4;
const WARM_UP_CYCLES = 1_000;
const CYCLES = 10_000;
/** Raised, so that the cycles do not take an hour. */
const RAISED = { WS_MESSAGES_PER_SECOND: '100000' };
const MIB = 1_024 * 1_024;

/** It is sent once the stream has caught up, so a client that has received it is in a group. */
const CUSTOMER_CHANGED = 'subscription { customerChanged { __typename ... on FeedPosition { cursor } } }';

/** Measures what subscribing and leaving leave behind on the heap, while the sockets stay. */
export async function measureMemory(): Promise<Findings> {
  const installation = await startLockstep({ settings: RAISED });
  try {
    const [node] = installation.nodes;
    if (!node) throw new Error('There is no node.');
    const seats = await installation.seats({ subscribers: SOCKETS, topics: 1 });
    const clients = seats.map(({ port, token }) => connect(port, token ?? ''));
    await subscribeAndLeave(clients, WARM_UP_CYCLES);
    const { heapBytes: before } = await node.gauge.memory();
    await subscribeAndLeave(clients, CYCLES);
    const { heapBytes: after } = await node.gauge.memory();
    await Promise.all(clients.map((client) => client.dispose()));
    return findingsOf(before, after);
  } finally {
    await installation.stop();
  }
}

function connect(port: number, token: string): Client {
  return createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    retryAttempts: 0,
  });
}

async function subscribeAndLeave(clients: readonly Client[], cycles: number): Promise<void> {
  let left = cycles;
  await Promise.all(
    clients.map(async (client) => {
      while (left > 0) {
        left -= 1;
        for await (const _ of client.iterate({ query: CUSTOMER_CHANGED })) break;
      }
    }),
  );
}

function findingsOf(before: number, after: number): Findings {
  const measured = (after / before - 1) * 100;
  const raised = Object.entries(RAISED).map(([name, value]) => `${name}=${value}`);
  return {
    goals: [atMost(5, '%', { row: 9, what: 'heap after 10,000 times subscribing and leaving', measured })],
    tables: [
      toTable([
        [`heap of the server, ${SOCKETS} sockets, with ${raised}`, 'MiB'],
        [
          `after ${WARM_UP_CYCLES.toLocaleString('en-GB')} times subscribing and leaving`,
          (before / MIB).toFixed(1),
        ],
        [`after ${CYCLES.toLocaleString('en-GB')} times more`, (after / MIB).toFixed(1)],
      ]),
    ],
    figures: { before, after, raised: RAISED },
  };
}
