import { type Inherited, inheritedIn } from '../../configuration/layers/inherited.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { type Adopting, type AdoptionOutcome, adoptNewest } from './adoption.ts';

/** An adoption with the versions of the layers above that the tenant has now. */
export interface Adoption extends AdoptionOutcome {
  readonly inherited: Inherited;
}

/** Has a tenant adopt the newest versions above it, unless it has already. */
export async function adoptAbove(tx: Transaction, tenant: Adopting): Promise<Adoption> {
  const outcome = await adoptNewest(tx, tenant);
  const ofTenant = { scope: 'TENANT', tenantId: tenant.id } as const;
  const last = await tx.db.configVersion.findFirst({
    where: { configuration: ofTenant },
    orderBy: { version: 'desc' },
  });
  return { ...outcome, inherited: inheritedIn(last) };
}
