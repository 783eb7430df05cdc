import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { serviceEntity } from './services.changes.ts';

type Shown = Pick<Prisma.ServiceCreateManyInput, 'name' | 'group' | 'description' | 'isPublic'>;

/** The services of an organization for all its tenants. */
const SHARED: readonly Shown[] = [
  { name: 'Sign-in', group: 'Platform', description: 'Accounts and sessions.', isPublic: true },
  { name: 'Payments', group: 'Platform', description: 'Cards and direct debits.', isPublic: true },
  { name: 'Mail', group: 'Platform', isPublic: false },
];

/** The services that a tenant runs itself. */
const OF_TENANT: readonly Shown[] = [
  { name: 'Tenant portal', group: 'Portals', isPublic: true },
  { name: 'Owner portal', group: 'Portals', isPublic: true },
  { name: 'Call centre', isPublic: false },
];

/** The services of each organization and of each tenant. */
export const demo: DemoData = {
  organization: (tx, { organization: { id: organizationId } }) =>
    addServices(tx, SHARED, { organizationId, tenantId: null }),
  tenant: (tx, { tenant: { id: tenantId, organizationId } }) =>
    addServices(tx, OF_TENANT, { organizationId, tenantId }),
};

async function addServices(
  tx: Transaction,
  shown: readonly Shown[],
  owner: { readonly organizationId: string; readonly tenantId: string | null },
): Promise<void> {
  const data = shown.map((service, position) => ({ ...service, position, ...owner }));
  for (const service of await tx.db.service.createManyAndReturn({ data })) tx.created(serviceEntity, service);
}
