import path from 'node:path';
import { findFreePort } from '../../test/support/servers/free-port.ts';
import { GuardedDirectory } from '../../test/support/servers/guarded-directory.ts';
import { type PostgresServer, startPostgres } from '../../test/support/servers/postgres-server.ts';
import { type RedisServer, startRedis } from '../../test/support/servers/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../../test/support/servers/tcp-proxy.ts';
import { GAUGE_OPTIONS, Gauge } from './gauge.ts';
import { FIRST_ADMIN } from './people.ts';
import { ServerProcess } from './server-process.ts';

/** The servers that Lockstep needs when it does not run by itself. */
export interface Backing {
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  /** The connection to Redis, which can be broken. */
  readonly wire: TcpProxy;
}

/** A place with a Lockstep of our own in it, not yet started, and everything it needs. */
export interface Site {
  readonly server: ServerProcess;
  /** The server and its further nodes, on ports of their own. */
  readonly nodes: readonly ServerProcess[];
  /** The gauges inside the nodes; none unless asked for. */
  readonly gauges: readonly Gauge[];
  readonly settings: Readonly<Record<string, string>>;
  /** Null where the embedded database is used, and no Redis. */
  readonly backing: Backing | null;
  readonly dataDir: string;
  /** Ends everything and deletes its files. */
  clear(): Promise<void>;
}

const DATABASE = 'bench';

export interface SiteOptions {
  readonly isEmbedded: boolean;
  /** The number of nodes; the embedded database has one. */
  readonly nodes?: number;
  /** Whether the nodes are measured from inside. */
  readonly isGauged?: boolean;
  /** Environment variables of every node, beside the necessary ones. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Prepares a site: with PostgreSQL and Redis, or embedded. */
export async function prepareSite({
  isEmbedded,
  nodes = 1,
  isGauged = false,
  settings = {},
}: SiteOptions): Promise<Site> {
  const backing = isEmbedded ? null : await startBacking();
  const directories = Array.from({ length: nodes }, () => new GuardedDirectory('bench', 'TERM'));
  const dataDir = path.join(directories[0]?.path ?? '', 'data');
  const all = {
    ...FIRST_ADMIN,
    DEMO: '0',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    JWT_SECRET: 'a secret for measurements that is long enough',
    ...(backing && {
      DATABASE_URL: backing.databaseUrl,
      REDIS_URL: `redis://127.0.0.1:${backing.wire.port}`,
    }),
    ...settings,
  };
  const servers: ServerProcess[] = [];
  const gauges: Gauge[] = [];
  for (const directory of directories) {
    const gaugePort = isGauged ? await findFreePort() : null;
    if (gaugePort) gauges.push(new Gauge(gaugePort));
    const own = gaugePort ? { ...all, GAUGE_PORT: String(gaugePort) } : all;
    const nodeOptions = gaugePort ? GAUGE_OPTIONS : [];
    servers.push(new ServerProcess({ port: await findFreePort(), settings: own, nodeOptions, directory }));
  }
  const [server] = servers;
  if (!server) throw new TypeError('A site has at least one node.');
  return {
    server,
    nodes: servers,
    gauges,
    settings: all,
    backing,
    dataDir,
    async clear() {
      await Promise.all(servers.map((node) => node.end('SIGTERM')));
      await Promise.all(directories.map((directory) => directory.remove()));
      await backing?.wire.stop();
      await backing?.redis.stop();
      await backing?.postgres.remove();
    },
  };
}

/** Prepares a site, works on it and removes it, whether the work succeeds or fails. */
export async function onSite<Value>(
  isEmbedded: boolean,
  work: (site: Site) => Promise<Value>,
): Promise<Value> {
  const site = await prepareSite({ isEmbedded });
  try {
    return await work(site);
  } finally {
    await site.clear();
  }
}

async function startBacking(): Promise<Backing> {
  const postgres = await startPostgres();
  await postgres.createDatabase(DATABASE);
  const redis = await startRedis();
  const wire = await startTcpProxy(Number(new URL(redis.url).port));
  return { postgres, databaseUrl: postgres.url(DATABASE), redis, wire };
}
