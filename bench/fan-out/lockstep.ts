import { findFreePort } from '../../test/support/servers/free-port.ts';
import { GuardedDirectory } from '../../test/support/servers/guarded-directory.ts';
import { startPostgres } from '../../test/support/servers/postgres-server.ts';
import { startRedis } from '../../test/support/servers/redis-server.ts';
import { Child } from '../support/child.ts';
import { GAUGE_OPTIONS, Gauge } from '../support/gauge.ts';
import { FIRST_ADMIN } from '../support/people.ts';
import { ServerProcess } from '../support/server-process.ts';
import type { Seat } from './dialogue.ts';
import { type Installation, type Node, portsForNode } from './installation.ts';
import { populate } from './population.ts';

const DATABASE = 'fan_out';
const WRITER = new URL('./lockstep-writer-process.ts', import.meta.url);

/** Lockstep as operators run it, and the settings with which another node writes to its database. */
export interface LockstepInstallation extends Installation {
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts Lockstep with a PostgreSQL and a Redis of its own, on one node or more, and another node that writes. */
export async function startLockstep({
  nodes: count = 1,
  settings: given = {},
}: {
  readonly nodes?: number;
  readonly settings?: Readonly<Record<string, string>>;
} = {}): Promise<LockstepInstallation> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  await postgres.createDatabase(DATABASE);
  const settings = {
    ...FIRST_ADMIN,
    LOG_LEVEL: 'warn',
    JWT_SECRET: 'a secret for measurements that is long enough',
    DATABASE_URL: postgres.url(DATABASE),
    REDIS_URL: redis.url,
    ...given,
  };
  const started = await Promise.all(Array.from({ length: count }, () => startNode(settings)));
  const nodes: Node[] = started.map(({ node }) => node);
  const ordersPort = await findFreePort();
  const writer = await Child.start(WRITER, { settings: { ...settings, ORDERS_PORT: String(ordersPort) } });
  return {
    dialogue: 'graphql',
    nodes,
    ordersPort,
    redisPid: redis.pid,
    settings,
    seats: async (seating): Promise<Seat[]> => {
      const people = await populate(settings, seating);
      return people.map((person, index) => ({ ...person, port: nodes[index % nodes.length]?.port ?? 0 }));
    },
    async stop() {
      await writer.end();
      await Promise.all(started.map(({ end }) => end()));
      await redis.stop();
      await postgres.remove();
    },
  };
}

async function startNode(settings: Readonly<Record<string, string>>) {
  const { port, gaugePort } = await portsForNode();
  const directory = new GuardedDirectory('fan-out', 'TERM');
  const server = new ServerProcess({
    port,
    settings: { ...settings, DATA_DIR: directory.path, GAUGE_PORT: String(gaugePort) },
    nodeOptions: GAUGE_OPTIONS,
    directory,
  });
  await server.start();
  const node: Node = { port, pid: server.pid, gauge: new Gauge(gaugePort) };
  return { node, end: () => directory.remove() };
}
