import type { Context } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import type { ConsentPurpose, PrismaClient } from '../../generated/prisma/client.ts';
import { type RowSource, rowLoader } from '../../graph/rows/loader.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';

type Purpose = Pick<ConsentPurpose, 'id' | 'tenantId' | 'key' | 'isActive'>;

/** The purposes of a tenant, which are few, under the id of the tenant. */
interface Purposes {
  readonly id: string;
  readonly tenantId: string;
  readonly all: readonly Purpose[];
}

const loadPurposes = rowLoader<Purposes>({
  find: purposesOf,
  visibleTo: consentPurposes.visibleTo as RowSource<Purposes>['visibleTo'],
});

/** Finds the purpose of a tenant by its key; throws NOT_FOUND if it has none of this key, or the viewer may not see it. */
export async function purposeOfKey(ctx: Context, tenantId: string, key: string): Promise<Purpose> {
  const purpose = (await loadPurposes(ctx, tenantId))?.all.find((one) => one.key === key);
  if (!purpose) throw noSuch('ConsentPurpose');
  return purpose;
}

async function purposesOf(db: PrismaClient, tenantIds: string[]): Promise<Purposes[]> {
  const select = { id: true, tenantId: true, key: true, isActive: true };
  const found = await db.consentPurpose.findMany({ where: { tenantId: { in: tenantIds } }, select });
  return tenantIds.map((id) => ({
    id,
    tenantId: id,
    all: found.filter(({ tenantId }) => tenantId === id),
  }));
}
