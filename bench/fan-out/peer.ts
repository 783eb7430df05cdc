import { findFreePort } from '../../test/support/servers/free-port.ts';
import { startRedis } from '../../test/support/servers/redis-server.ts';
import { Child } from '../support/child.ts';
import { GAUGE_OPTIONS, Gauge } from '../support/gauge.ts';
import type { Dialogue, Seat } from './dialogue.ts';
import { type Installation, type Node, portsForNode, type Seating } from './installation.ts';
import { CUSTOMER_UPDATED } from './operations.ts';

/** A server to compare with: a program in `bench/peers`, and the language of its clients. */
export interface Peer {
  readonly name: string;
  readonly program: URL;
  readonly dialogue: Dialogue;
}

/** The peers, the one that all others are compared with first. */
export const PEERS = {
  ws: { name: 'ws + Redis', program: new URL('../peers/ws.ts', import.meta.url), dialogue: 'raw' },
  socketIo: {
    name: 'Socket.IO + Redis',
    program: new URL('../peers/socket-io.ts', import.meta.url),
    dialogue: 'socket.io',
  },
  yoga: {
    name: 'graphql-yoga + Redis',
    program: new URL('../peers/yoga.ts', import.meta.url),
    dialogue: 'graphql',
  },
} as const satisfies Readonly<Record<string, Peer>>;

/** Starts a peer twice, on a Redis of its own: a node that holds the subscribers, and one that publishes. */
export async function startPeer({ program, dialogue }: Peer): Promise<Installation> {
  const redis = await startRedis();
  const ordersPort = await findFreePort();
  const start = async (port: number, orders: number, gaugePort: number): Promise<Child> => {
    const ports = { PORT: port, ORDERS_PORT: orders, GAUGE_PORT: gaugePort };
    const settings = { NODE_ENV: 'production', REDIS_URL: redis.url, ...textsOf(ports) };
    return Child.start(program, { settings, nodeOptions: GAUGE_OPTIONS });
  };
  const { port, gaugePort } = await portsForNode();
  const [holding, publishing] = await Promise.all([
    start(port, await findFreePort(), gaugePort),
    start(await findFreePort(), ordersPort, await findFreePort()),
  ]);
  const nodes: Node[] = [{ port, pid: holding.pid, gauge: new Gauge(gaugePort) }];
  return {
    dialogue,
    nodes,
    ordersPort,
    redisPid: redis.pid,
    seats: async ({ subscribers, topics }: Seating): Promise<Seat[]> =>
      Array.from({ length: subscribers }, (_, index) => {
        const topic = `tenant-${index % topics}`;
        return { port, topic, operation: { query: CUSTOMER_UPDATED, variables: { tenantId: topic } } };
      }),
    async stop() {
      await Promise.all([holding.end(), publishing.end()]);
      await redis.stop();
    },
  };
}

function textsOf(numbers: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, String(number)]));
}
