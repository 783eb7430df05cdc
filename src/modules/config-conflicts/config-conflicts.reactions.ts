import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { configConflictEntity } from './config-conflicts.changes.ts';

/** Deletes the conflicts of a tenant with it. */
export const forgetConflicts: Reaction<Tenant> = {
  entity: tenantEntity.name,
  async react(tx, before, after) {
    if (!before || after) return;
    for await (const conflict of rowsToChange(tx, configConflictEntity, { tenantId: before.id })) {
      await tx.delete(configConflictEntity, conflict);
    }
  },
};
