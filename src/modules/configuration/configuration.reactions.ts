import { modulesAbout } from '../../configuration/catalogue/modules.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { deriveModulesOf, deriveModulesOfAll } from '../../configuration/layers/modules-off.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Configuration, Prisma, Tenant, User } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import { adoptOfType, beginWithNewest } from './adoption.ts';
import { authorOfType } from './business-type-choices.requests.ts';
import { configOptOutEntity } from './configuration.changes.ts';
import { requireGrantableAdoption } from './grantable-templates.ts';

/**
 * Has a new tenant begin with the newest versions above it, and one that gets another business type adopt those of its
 * new one; deletes the layers and the opt-outs of a tenant with it.
 */
export const configureTenant: Reaction<Tenant> = {
  entity: tenantEntity.name,
  react: async (tx, before, after) => {
    if (!before && after) await beginWithNewest(tx, after);
    if (before && after && before.businessTypeId !== after.businessTypeId)
      await adoptChosenType(tx, before, after);
    if (before && !after) await forgetConfiguration(tx, before.id);
  },
};

/** Refuses a business type whose templates give more than its author may give, and with it the change of the tenant. */
async function adoptChosenType(tx: Transaction, before: Tenant, after: Tenant): Promise<void> {
  const { changedPaths } = await adoptOfType(tx, after, before.businessTypeId);
  const author = authorOfType(tx);
  if (!author || changedPaths.length === 0) return;
  await requireGrantableAdoption(tx, author, after.id, changedPaths, ['input', 'businessTypeId']);
}

async function forgetConfiguration(tx: Transaction, tenantId: string): Promise<void> {
  for await (const optOut of rowsToChange(tx, configOptOutEntity, { tenantId })) {
    await tx.delete(configOptOutEntity, optOut);
  }
  await deleteLayers(tx, { tenantId });
}

/** Deletes the layer of a user with it. */
export const forgetSettings: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (before && !after) await deleteLayers(tx, { userId: before.id });
  },
};

/**
 * Derives which modules are off where a version of a layer has changed any: of the platform for every tenant, because a
 * lock acts immediately.
 */
export const deriveModules: Reaction<Configuration> = {
  entity: configurationEntity.name,
  react: async (tx, _before, after) => {
    if (!after || modulesAbout(after.paths).length === 0) return;
    if (after.scope === 'TENANT' && after.tenantId) await deriveModulesOf(tx.db, after.tenantId);
    else if (after.scope !== 'USER') await deriveModulesOfAll(tx.db);
    // Work that waited for its module may be ready again.
    tx.madeDue();
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
