import type { TableDump } from './table-dump.ts';

/** Has the database refuse every adoption of tenants that have a layer already; call `mendAdoption` to end it. */
export async function breakAdoption(tables: TableDump, ...tenantIds: readonly string[]): Promise<void> {
  const layers = await tables.run<{ id: string }>(
    `SELECT id FROM configuration WHERE scope = 'TENANT' AND tenant_id = ANY ($1)`,
    [tenantIds],
  );
  const ids = layers.map(({ id }) => `'${id}'`).join(', ');
  await tables.run(
    `ALTER TABLE config_version ADD CONSTRAINT broken CHECK (configuration_id NOT IN (${ids})) NOT VALID`,
  );
}

/** Lets the tenant adopt again. */
export async function mendAdoption(tables: TableDump): Promise<void> {
  await tables.run('ALTER TABLE config_version DROP CONSTRAINT broken');
}
