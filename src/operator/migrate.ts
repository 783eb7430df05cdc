import type { Config } from '../config/config.ts';
import { openDatabase } from '../db/database.ts';

/**
 * Applies the migrations, gives the serving login its rights, and ends: for a deployment that migrates before the first
 * new node starts. Several may run at the same time; they take turns.
 *
 * @returns the sentence for the operator.
 * @throws StartError if the database cannot be reached or migrated.
 */
export async function migrate(config: Config, warn: (sentence: string) => void): Promise<string> {
  const database = await openDatabase({
    url: config.databaseUrl,
    ownerUrl: config.databaseOwnerUrl,
    dataDir: config.dataDir,
    poolSize: 1,
    statementTimeoutMs: config.queryTimeoutMs,
    onWarning: warn,
  });
  await database.close();
  const { appliedMigrations: names } = database;
  if (names.length === 0) return 'The database has every migration already.\n';
  return `Applied ${names.length} ${names.length === 1 ? 'migration' : 'migrations'}: ${names.join(', ')}.\n`;
}
