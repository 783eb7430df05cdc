import { randomUUID } from 'node:crypto';
import type { Installation } from './installation.ts';
import { TableDump } from './table-dump.ts';

/** Adds a rule by which what is set above the paths of some globs is merged with what tenants have set. */
export async function mergeRule({ app }: Installation, globs: readonly string[]): Promise<void> {
  const tables = await TableDump.open(String(app.config.databaseUrl));
  await tables.run(
    `INSERT INTO sync_rule (id, name, triggers, target_scopes, direction, strategy, priority, updated_at)
     VALUES ($1::uuid, $1::text, $2, '{TENANT}', 'DOWN', 'MERGE', 1, now())`,
    [randomUUID(), globs],
  );
  await tables.close();
}
