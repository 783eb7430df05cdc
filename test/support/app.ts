import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp } from '../../src/app.ts';
import type { Sharing } from '../../src/assembly/delivery-parts.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { Log } from '../../src/core/process/log.ts';
import { silentLog } from './silent-log.ts';
import { aDatabase, type TestDatabase } from './test-database.ts';

/** The first administrator of every test's installation. */
export const PLATFORM_ADMIN = { email: 'root@lockstep.test', password: 'a-long-test-password' };

/** In production the subscription continues alone; in a test it fails, as a field or plan hides what it depends on. */
const STRICT: Sharing = {
  onUnshared: (error) => {
    throw error;
  },
};

/**
 * The waits of a server that a busy machine may prolong by seconds: opening a socket, a statement. A test of one of
 * these sets it.
 */
const PATIENT = { WS_INIT_TIMEOUT_MS: '60000', QUERY_TIMEOUT_MS: '60000', ACCESS_TOKEN_SECONDS: '7200' };

/** Webhooks of a test send to this machine alone. */
const LOCAL = { WEBHOOK_LOOPBACK: '1' };

/** A complete server for one suite, on its own port. */
export interface TestApp {
  readonly url: string;
  readonly config: Config;
  stop(): Promise<void>;
}

/** A database that something was made in, and the secret of the server that made it. */
export interface Home {
  readonly database: TestDatabase;
  readonly jwtSecret: string;
}

/** The databases of the servers on the real PostgreSQL, by the addresses of the servers. */
export const databases = new Map<string, string>();

/**
 * Starts a server on an empty database with one platform administrator: on the real PostgreSQL where the test run
 * has one, on the embedded one elsewhere; or on the database of `home`. `settings` are environment variables.
 */
export async function anApp(
  settings: Record<string, string> = {},
  log: Log = silentLog,
  sharing: Sharing = STRICT,
  home?: Home,
): Promise<TestApp> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-test-'));
  const database = home?.database ?? (process.env.TEST_DATABASE_URL ? await aDatabase() : null);
  const config = loadConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DEMO: '0',
    // Each suite has another secret: suites share a Redis and each has a feed of the platform, so that one suite
    // would take the wake-ups of another for its own.
    JWT_SECRET: home?.jwtSecret ?? `a secret for tests ${randomUUID()}`,
    ADMIN_EMAIL: PLATFORM_ADMIN.email,
    ADMIN_PASSWORD: PLATFORM_ADMIN.password,
    ...(database && { DATABASE_URL: database.url }),
    ...PATIENT,
    ...LOCAL,
    ...settings,
  });
  const app = await startApp(config, log, sharing);
  if (database) databases.set(app.url, database.url);
  return {
    url: app.url,
    config,
    async stop() {
      await app.stop();
      databases.delete(app.url);
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts one more server on the database of another, as a second node. Needs TEST_DATABASE_URL. */
export async function aNodeBeside(
  { config }: TestApp,
  settings: Record<string, string> = {},
  sharing: Sharing = STRICT,
  log: Log = silentLog,
): Promise<TestApp> {
  const { databaseUrl, jwtSecret } = config;
  if (!databaseUrl || !jwtSecret)
    throw new Error('The embedded database has one node; use describeOnPostgres.');
  const own = loadConfig({
    PORT: '0',
    DEMO: '0',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    ...PATIENT,
    ...LOCAL,
    ...settings,
  });
  const app = await startApp(own, log, sharing);
  return { url: app.url, config: own, stop: () => app.stop() };
}
