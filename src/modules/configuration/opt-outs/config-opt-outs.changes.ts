import type { Entity } from '../../../core/rows/change.ts';
import type { DueKind } from '../../../core/rows/due-kind.ts';
import type { ConfigOptOut } from '../../../generated/prisma/client.ts';

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
