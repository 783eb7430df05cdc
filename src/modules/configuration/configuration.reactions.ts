import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Prisma, Tenant, User } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import { adoptOfType, beginWithNewest } from './adoption.ts';

/**
 * Has a new tenant begin with the newest versions above it, and one that gets another business type adopt those of its
 * new one; deletes the layers of a tenant with it.
 */
export const configureTenant: Reaction<Tenant> = {
  entity: tenantEntity.name,
  react: async (tx, before, after) => {
    if (!before && after) await beginWithNewest(tx, after);
    if (before && after && before.businessTypeId !== after.businessTypeId) await adoptOfType(tx, after);
    if (before && !after) await deleteLayers(tx, { tenantId: before.id });
  },
};

/** Deletes the layer of a user with it. */
export const forgetSettings: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (before && !after) await deleteLayers(tx, { userId: before.id });
  },
};

async function deleteLayers(
  tx: Transaction,
  where: Pick<Prisma.ConfigurationWhereInput, 'tenantId' | 'userId'>,
) {
  for await (const layer of rowsToChange(tx, configurationEntity, where as { tenantId: string })) {
    await tx.db.$executeRaw`SELECT delete_configuration(${layer.id}::uuid)`;
    tx.deleted(configurationEntity, layer);
  }
}
