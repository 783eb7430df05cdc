import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { GuardedDirectory } from './guarded-directory.ts';
import { ServerProcess } from './server-process.ts';

/** A Redis of our own; it keeps nothing on disk. */
export interface RedisServer {
  url: string;
  readonly pid: number;
  /** Ends the server and deletes its files. The object is of no use afterwards. */
  stop(): Promise<void>;
  /** Ends the server and starts an empty one on the same port. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  flush(): Promise<void>;
  /** Breaks the connection of every client that listens, and gives their number. */
  killListeners(): Promise<number>;
}

/** Starts a redis-server from PATH on a free loopback port. */
export async function startRedis(): Promise<RedisServer> {
  const directory = new GuardedDirectory('redis', 'TERM');
  const port = await findFreePort();
  const command = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', directory.path];
  const inMemory = ['--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const run = (): Promise<ServerProcess> => ServerProcess.start([...command, ...inMemory], directory);
  let server = await run();
  const url = `redis://127.0.0.1:${port}`;
  const ask = async <Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> => {
    const redis = new Redis(url);
    return question(redis).finally(() => redis.quit());
  };
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
    flush: async () => {
      await ask((redis) => redis.flushall());
    },
    killListeners: () => ask(async (redis) => Number(await redis.client('KILL', 'TYPE', 'pubsub'))),
  };
}
