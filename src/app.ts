import type { Config } from './config/config.ts';
import { loadSecrets } from './config/secrets.ts';
import type { Log } from './core/log.ts';
import { openDatabase } from './db/database.ts';
import type { Server, Sharing } from './server.ts';

/** A running server with its database; `stop` closes both. */
export type App = Server;

/** Opens the database and starts the server on it. Throws StartError with a sentence for the operator. */
export async function startApp(config: Config, log: Log, sharing: Sharing = {}): Promise<App> {
  const secrets = await loadSecrets(config);
  const opening = openDatabase({
    url: config.databaseUrl,
    ownerUrl: config.databaseOwnerUrl,
    dataDir: config.dataDir,
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.queryTimeoutMs,
    onConnectionLost: (error) => log.warn({ err: error }, 'database connection lost'),
    onWarning: (sentence) => log.warn({}, sentence),
  });
  // The embedded database opens in a thread of its own; the rest of the program is loaded meanwhile.
  const [database, { startServer }] = await Promise.all([opening, import('./server.ts')]);
  try {
    const server = await startServer({ database, config, secrets, log, sharing });
    return {
      ...server,
      async stop() {
        await server.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
