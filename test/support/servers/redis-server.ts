import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { GuardedDirectory } from './guarded-directory.ts';
import { ServerProcess } from './server-process.ts';

const POLL_MS = 20;

/** A Redis of our own; it keeps nothing on disk. */
export interface RedisServer {
  url: string;
  readonly pid: number;
  /** Ends the server and deletes its files. The object is of no use afterwards. */
  stop(): Promise<void>;
  /** Ends the server and starts an empty one on the same port. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  flush(): Promise<void>;
  /** Sends one command on a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
  /** Makes the server a replica of another one, with all its connections; done when it is in step. */
  follow(primary: RedisServer): Promise<void>;
  /** Makes a replica a primary. */
  promote(): Promise<void>;
  /** Breaks the connection of every client that listens, and gives their number. */
  killListeners(): Promise<number>;
}

/** Starts a redis-server from PATH on a free loopback port. */
export async function startRedis(): Promise<RedisServer> {
  const directory = new GuardedDirectory('redis', 'TERM');
  const port = await findFreePort();
  const program = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', directory.path];
  const inMemory = ['--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const atOnce = ['--repl-diskless-sync-delay', '0'];
  const run = (): Promise<ServerProcess> =>
    ServerProcess.start([...program, ...inMemory, ...atOnce], directory);
  let server = await run();
  const url = `redis://127.0.0.1:${port}`;
  const ask = async <Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> => {
    const redis = new Redis(url);
    return question(redis).finally(() => redis.disconnect());
  };
  const command = (name: string, ...args: string[]) => ask((redis) => redis.call(name, ...args));
  return {
    url,
    get pid() {
      return server.pid;
    },
    stop: () => directory.remove(),
    restart: async (signal = 'SIGTERM') => {
      await server.end(signal);
      server = await run();
    },
    command,
    follow: async ({ url: primary }) => {
      const { hostname, port: primaryPort } = new URL(primary);
      await command('REPLICAOF', hostname, primaryPort);
      while (!/master_link_status:up/.test(String(await command('INFO', 'replication'))))
        await pause(POLL_MS);
    },
    promote: async () => {
      await command('REPLICAOF', 'NO', 'ONE');
    },
    flush: async () => {
      await ask((redis) => redis.flushall());
    },
    killListeners: () => ask(async (redis) => Number(await redis.client('KILL', 'TYPE', 'pubsub'))),
  };
}
