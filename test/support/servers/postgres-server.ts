import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.ts';
import { GuardedDirectory } from './guarded-directory.ts';
import { findPostgresPrograms, findPostgresUser } from './postgres-programs.ts';
import { runSql, urlOfDatabase } from './run-sql.ts';
import { ServerProcess } from './server-process.ts';

/** `fast` ends sessions and writes all data to disk; `immediate` is a crash. */
export type StopMode = 'fast' | 'immediate';

/** A PostgreSQL cluster of our own. */
export interface PostgresServer {
  port: number;
  readonly pid: number;
  url(database?: string): string;
  createDatabase(name: string, options?: { template?: string }): Promise<void>;
  /** Ends the server. Its data remain, and `start` starts it again on the same port. */
  stop(mode: StopMode): Promise<void>;
  start(): Promise<void>;
  restart(mode: StopMode): Promise<void>;
  /** Ends the server and deletes its data. */
  remove(): Promise<void>;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/**
 * Creates a cluster with the installed PostgreSQL and starts it on a free loopback port; takes about two seconds. `locale`
 * is passed to initdb.
 *
 * It runs without fsync, for speed: the data survive a crash of the server, but not a power cut. An acknowledged commit
 * is written (synchronous_commit remains on).
 */
export async function startPostgres(locale: readonly string[] = ['--locale=C']): Promise<PostgresServer> {
  const programs = findPostgresPrograms();
  if (!programs) throw new Error('PostgreSQL is not installed');
  const user = findPostgresUser();
  const directory = new GuardedDirectory('postgres', 'QUIT');
  if (user) await chown(directory.path, user.uid, user.gid);
  const data = path.join(directory.path, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', ...locale, '--no-sync'];
  await promisify(execFile)(path.join(programs, 'initdb'), initdb, { ...user, cwd: directory.path });

  const port = await findFreePort();
  const command = [path.join(programs, 'postgres'), '-D', data, '-p', String(port), '-k', directory.path];
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=200', 'fsync=off', 'full_page_writes=off'];
  const run = (): Promise<ServerProcess> =>
    ServerProcess.start([...command, ...settings.flatMap((setting) => ['-c', setting])], directory, {
      ...user,
      cwd: directory.path,
    });

  let server = await run();
  const stop = (mode: StopMode): Promise<void> => server.end(SIGNALS[mode]);
  const start = async (): Promise<void> => {
    server = await run();
  };
  const url = (database = 'postgres'): string =>
    urlOfDatabase(`postgres://postgres@127.0.0.1:${port}/postgres`, database);
  return {
    port,
    get pid() {
      return server.pid;
    },
    url,
    createDatabase: (name, { template = 'template1' } = {}) =>
      runSql(url(), `CREATE DATABASE "${name}" TEMPLATE "${template}"`),
    stop,
    start,
    restart: async (mode) => {
      await stop(mode);
      await start();
    },
    remove: () => directory.remove(),
  };
}
