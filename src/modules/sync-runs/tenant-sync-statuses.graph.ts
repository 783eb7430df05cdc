import { isDeepStrictEqual } from 'node:util';
import { inherited } from '../../core/rights/rules.ts';
import type { TenantSync as TenantSyncRow } from '../../generated/prisma/client.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenants } from '../tenants/tenants.access.ts';
import { type StatusOfType, statusesByType } from './sync-by-type.terms.ts';
import { tenantSyncs } from './sync-runs.access.ts';
import { messageOf, SyncTargetStatus } from './sync-targets.graph.ts';

const StatusOfTypeType = builder.objectRef<StatusOfType>('TenantSyncStatusOfType').implement({
  description: 'The status of a tenant for one type of settings.',
  rule: inherited,
  fields: (t) => ({
    type: t.field({
      // The enum of the room of configuration: rooms know each other's types by name.
      type: 'ConfigurationType' as never,
      description: 'The type.',
      resolve: ({ type }) => type as never,
    }),
    status: t.expose('status', {
      type: SyncTargetStatus,
      description:
        'The status of the tenant while settings of the type are not adopted, PARTIAL while conflicts of the type are open, else SUCCESS.',
    }),
  }),
});

rowType('TenantSync', tenantSyncs, {
  description:
    'The status of a tenant, as last written: its adoption writes it in the same transaction, and the counts of a run that of tenants that wait or have failed, some hundred in a second. `tenantSyncStatus` reads the ledgers of one tenant at this moment.',
  columns: {
    tenantId: 'The tenant.',
    status:
      'FAILED if its last adoption was given up, PENDING while it has not adopted the newest versions, PARTIAL while conflicts are open, else SUCCESS.',
    errorCode: 'Why it failed. Null unless it did.',
    since: 'The time since which it has this status, by the clock of the database.',
  },
  fields: (t) => ({
    message: t.string({
      nullable: true,
      description: 'Why it failed, for people. Null unless it did.',
      extensions: { columns: ['errorCode'] },
      resolve: ({ errorCode }) => errorCode && messageOf(errorCode),
    }),
    types: t.field({
      type: [StatusOfTypeType],
      description: 'Its status for each type of settings, written together with its status.',
      extensions: { columns: ['status', 'pendingTypes', 'conflictTypes'] },
      resolve: (row) => statusesByType(row) as StatusOfType[],
    }),
  }),
});

relationField('TenantSync', 'tenant', tenants, {
  description: 'The tenant. Null if the viewer may not see it.',
  column: 'tenantId',
});

const TenantSyncFilter = filterInput(tenantSyncs, {
  tenantId: 'By tenant.',
  status: 'By status.',
  errorCode: 'By why it failed.',
  since: 'By the time since which it has the status.',
});

const TenantSyncOrder = orderInput(tenantSyncs, ['since', 'desc'], {
  status: 'By status.',
  errorCode: 'By why it failed. Tenants that have not failed come last, with DESC first.',
  since: 'By the time since which it has the status.',
});

rowField('tenantSync', tenantSyncs);

rowsField('tenantSyncStatuses', tenantSyncs, {
  filter: TenantSyncFilter,
  order: TenantSyncOrder,
  description: 'The statuses of all tenants, the latest change first unless ordered otherwise.',
});

changeFields(tenantSyncs, TenantSyncFilter, {
  created: 'tenantSyncCreated',
  updated: 'tenantSyncUpdated',
  deleted: 'tenantSyncDeleted',
  all: 'tenantSyncChanged',
});

domainEventField('tenantSyncStatusChanged', tenantSyncs, {
  description:
    'The status of a tenant, or that for one type of settings, changed, or a new tenant has its first one.',
  filter: TenantSyncFilter,
  happens: (before: TenantSyncRow | null, after: TenantSyncRow) =>
    before?.status !== after.status || !isDeepStrictEqual(statusesByType(before), statusesByType(after)),
});
