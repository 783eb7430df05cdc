import type { Sharing } from './assembly/delivery-parts.ts';
import type { Config } from './config/config.ts';
import { loadSecrets } from './config/secrets.ts';
import type { Log } from './core/process/log.ts';
import { openDatabase } from './db/database.ts';
import { type Server, startServer } from './server.ts';
import { openTracing } from './telemetry/open-telemetry.ts';

/** Opens the database and starts the server on it; `stop` closes both. Throws StartError with a sentence for the operator. */
export async function startApp(config: Config, log: Log, sharing: Sharing = {}): Promise<Server> {
  const secrets = await loadSecrets(config);
  const database = await openDatabase({
    url: config.databaseUrl,
    ownerUrl: config.databaseOwnerUrl,
    dataDir: config.dataDir,
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.queryTimeoutMs,
    onConnectionLost: (error) => log.warn({ err: error }, 'database connection lost'),
    onWarning: (sentence) => log.warn({}, sentence),
  });
  const tracing = config.isTraced ? await openTracing(log) : null;
  try {
    const server = await startServer({ database, config, secrets, log, tracing, sharing });
    return {
      ...server,
      async stop() {
        await server.stop();
        await tracing?.stop();
        await database.close();
      },
    };
  } catch (error) {
    await tracing?.stop();
    await database.close();
    throw error;
  }
}
