import { databases } from './app.ts';
import { HeldRow } from './held-row.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import { TableDump } from './table-dump.ts';

const OPEN = `query ($filter: SyncAlertFilter) { syncAlerts(filter: $filter) { nodes { id status } } }`;

/**
 * Has the adoption of a tenant fail in a run of a layer, and gives the alert that this raises. No mutation makes an
 * adoption fail, so its outcome is written into the table; null on the embedded database, which has one connection.
 */
export async function raisedAlert(root: Person, tenantId: string, layer: object): Promise<string | null> {
  const url = databases.get(root.url);
  if (!url) return null;
  const tables = await TableDump.open(url);
  const busy = await HeldRow.of(url, 'tenant', tenantId);
  const set = [{ path: 'branding.name', value: crypto.randomUUID() }];
  await mutate(root, 'configUpdate', { input: { ...layer, set } });
  await tables.run(
    `UPDATE sync_target SET status = 'FAILED', error_code = 'INTERNAL', ended_at = now()
     WHERE tenant_id = $1 AND status = 'PENDING'`,
    [tenantId],
  );
  const filter = { ...(await ofLayer(root)), not: { status: { equals: 'RESOLVED' } } };
  let id: string | undefined;
  while (!id) id = (await root.ask(OPEN, { filter })).syncAlerts.nodes[0]?.id;
  await busy.release();
  await tables.close();
  return id;
}

/** The alerts of the layer that was written last. */
async function ofLayer(root: Person): Promise<object> {
  const { syncRuns } = await root.ask('{ syncRuns(first: 1) { nodes { scope businessTypeId } } }');
  const { scope, businessTypeId } = syncRuns.nodes[0];
  return { scope: { equals: scope }, ...(businessTypeId && { businessTypeId: { equals: businessTypeId } }) };
}

/** Lets an alert be counted now until it is resolved, or never again. */
export async function endCounting(root: Person, id: string, how: 'RESOLVED' | 'NEVER'): Promise<void> {
  const url = databases.get(root.url);
  if (!url) return;
  const tables = await TableDump.open(url);
  const work = `kind = 'syncAlertCount' AND subject_id = '${id}'`;
  if (how === 'NEVER') await tables.run(`DELETE FROM due_work WHERE ${work}`);
  else
    while ((await tables.run(`SELECT FROM due_work WHERE ${work}`)).length > 0)
      await tables.run(`UPDATE due_work SET due_at = now(), try_at = now() WHERE ${work} AND due_at > now()`);
  await tables.close();
}
