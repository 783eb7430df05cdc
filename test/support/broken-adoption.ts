import type { TableDump } from './table-dump.ts';

/** Has the database refuse every adoption of a tenant that has a layer already; call `mendAdoption` to end it. */
export async function breakAdoption(tables: TableDump, tenantId: string): Promise<void> {
  const [layer] = await tables.run<{ id: string }>(
    `SELECT id FROM configuration WHERE scope = 'TENANT' AND tenant_id = '${tenantId}'`,
  );
  await tables.run(
    `ALTER TABLE config_version ADD CONSTRAINT broken CHECK (configuration_id <> '${layer?.id}') NOT VALID`,
  );
}

/** Lets the tenant adopt again. */
export async function mendAdoption(tables: TableDump): Promise<void> {
  await tables.run('ALTER TABLE config_version DROP CONSTRAINT broken');
}
