import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';

/** The adoption of the newest versions of the layers above by a tenant. */
export const configurationAdoption: DueKind<Tenant> = { kind: 'configurationAdoption', entity: tenantEntity };
