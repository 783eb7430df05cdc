import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { ConfigOptOut, Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';

/** The adoption of the newest versions of the layers above by a tenant. */
export const configurationAdoption: DueKind<Tenant> = { kind: 'configurationAdoption', entity: tenantEntity };

/** The change-log entity of opt-outs. */
export const configOptOutEntity: Entity<ConfigOptOut> = {
  name: 'ConfigOptOut',
  noun: 'opt-out',
  feeds: ({ tenantId }) => [tenantId],
};

/** The end of an opt-out that is ACTIVE. */
export const configOptOutExpiry: DueKind<ConfigOptOut> = {
  kind: 'configOptOutExpiry',
  entity: configOptOutEntity,
};
