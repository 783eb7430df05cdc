// PostgreSQL without a server: PGlite in a worker thread, reached through `pg` like any other PostgreSQL, so that the
// rest of the program uses one driver.
//
// It runs without fsync: a commit survives a killed process but not a power failure.

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../core/process/start-error.ts';
import { errorMessage } from '../lib/error-facts.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { EmbeddedProcess } from './embedded-process.ts';
import { QueryPool } from './query-pool.ts';
import { setUpSession } from './session-settings.ts';

/** The time to wait for the connection: all of 300 simultaneous transactions pass in 6 s. */
export const EMBEDDED_WAIT_MS = 30_000;

/** A running embedded database. */
export interface EmbeddedPostgres {
  /**
   * The only access, with a single connection: PGlite has one backend, so the messages of two connections would end up
   * in each other's transactions. Callers queue. Wait for nothing but SQL while holding the connection.
   */
  pool: QueryPool;
  /** Waits for borrowed connections, writes all data to disk and releases the directory. */
  close(): Promise<void>;
}

/**
 * Opens the database in `dataDir` and creates both if needed.
 *
 * Throws StartError if another process has the directory open, or if the files in it cannot be read.
 */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const lock = await lockDataDir(dataDir);
  try {
    const server = await openCluster(path.join(dataDir, 'postgres'));
    const pool = new QueryPool({
      waitMs: EMBEDDED_WAIT_MS,
      statementTimeoutMs: null,
      host: 'embedded',
      user: 'postgres',
      database: 'postgres',
      max: 1,
      idleTimeoutMillis: 0,
      onConnect: setUpSession,
      stream: () => server.connect(),
    });
    const close = async (): Promise<void> => {
      await pool.end();
      await server.stop();
      await lock.release();
    };
    return { pool, close };
  } catch (error) {
    await lock.release();
    throw new StartError(`The embedded database in ${dataDir} cannot be opened: ${errorMessage(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Opens the cluster, and first creates it in a thread of its own if needed: creation leaves a second wasm heap behind,
 * and ending its thread reduces the memory from 850 MB to 450 MB.
 *
 * A cluster gets its name only when it is complete. If the process is killed before, the next start deletes the
 * incomplete directory, which does not look like a database.
 */
async function openCluster(clusterDir: string): Promise<EmbeddedProcess> {
  if (!existsSync(clusterDir)) {
    const unfinished = `${clusterDir}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    const creation = await EmbeddedProcess.start(unfinished);
    await creation.stop();
    await rename(unfinished, clusterDir);
  }
  return EmbeddedProcess.start(clusterDir);
}
