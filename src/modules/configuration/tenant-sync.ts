import type { Transaction } from '../../core/rows/transact.ts';
import { recordAdoption } from '../sync-runs/sync-runs.requests.ts';
import { noteSync } from '../sync-runs/tenant-sync-notes.requests.ts';
import { type Adopting, adoptNewest } from './adoption.ts';

/** Has a tenant adopt the newest versions above it, and records the outcome in the runs that wait for it and in its status. */
export async function syncTenant(tx: Transaction, tenant: Adopting): Promise<void> {
  await recordAdoption(tx.db, tenant, await adoptNewest(tx, tenant));
  await noteSync(tx, tenant.id);
}
