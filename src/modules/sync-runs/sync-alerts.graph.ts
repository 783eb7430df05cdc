import type { SyncAlert as SyncAlertRow } from '../../generated/prisma/client.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { acknowledgeAlert } from './sync-alerts.commands.ts';
import { GONE_COUNTS, LATE_SECONDS } from './sync-alerts.ts';
import { mayRetryRuns, syncAlerts, syncRuns } from './sync-runs.access.ts';

enumType('SyncAlertKind', 'The cause of an alert.', {
  TENANTS_FAILED: 'The adoption of tenants has failed, and they have not adopted since.',
  TENANTS_LATE: `Tenants wait in a run that began more than ${LATE_SECONDS / 60} minutes ago.`,
});

enumType('SyncAlertStatus', 'Status of an alert.', {
  OPEN: 'It was raised.',
  ACKNOWLEDGED: 'The staff know of it, and the cause is still there.',
  RESOLVED: 'The cause is gone. The alert never changes again: a new cause is a new alert.',
});

rowType('SyncAlert', syncAlerts, {
  description: `Tenants below a layer have failed or are late. A layer has one alert of a kind at a time; it is resolved when ${GONE_COUNTS} counts, one after the other, find no such tenant.`,
  columns: {
    kind: 'The cause.',
    layerId: 'The id of the layer.',
    scope: 'The scope of the layer.',
    businessTypeId: 'The business type whose layer it is. Null if it is that of the platform.',
    runId: 'The run whose count raised it.',
    status: 'The status.',
    tenantCount: 'The number of tenants at the last count.',
    goneCount: 'The number of counts in a row that found no tenant.',
    acknowledgedAt: 'The time at which it was acknowledged. Null unless it was.',
    resolvedAt: 'The time at which it was resolved. Null until then.',
  },
});

relationField('SyncAlert', 'run', syncRuns, {
  description: 'The run whose count raised it. Null if the viewer may not see it.',
  column: 'runId',
});

const SyncAlertFilter = filterInput(syncAlerts, {
  kind: 'By cause.',
  scope: 'By the scope of the layer.',
  businessTypeId: 'By the business type whose layer it is.',
  runId: { idOf: 'SyncRun', description: 'By the run whose count raised it.' },
  status: 'By status.',
  tenantCount: 'By the number of tenants at the last count.',
  goneCount: 'By the number of counts in a row that found no tenant.',
  acknowledgedAt: 'By the time at which it was acknowledged.',
  resolvedAt: 'By the time at which it was resolved.',
});

const SyncAlertOrder = orderInput(syncAlerts, ['createdAt', 'desc'], {
  kind: 'By cause.',
  scope: 'By the scope of the layer.',
  status: 'By status.',
  tenantCount: 'By the number of tenants at the last count.',
  goneCount: 'By the number of counts in a row that found no tenant.',
  acknowledgedAt: 'By the time at which it was acknowledged. Others come last, with DESC first.',
  resolvedAt: 'By the time at which it was resolved. Others come last, with DESC first.',
});

rowField('syncAlert', syncAlerts);

rowsField('syncAlerts', syncAlerts, { filter: SyncAlertFilter, order: SyncAlertOrder });

commandField('syncAlertAcknowledge', syncAlerts, rowArgs, {
  description: 'Says that the staff know of an alert. It is resolved by itself when its cause is gone.',
  rule: mayRetryRuns,
  run: (ctx, args) => acknowledgeAlert(ctx, args),
});

changeFields(syncAlerts, SyncAlertFilter, {
  created: 'syncAlertCreated',
  updated: 'syncAlertUpdated',
  deleted: 'syncAlertDeleted',
  all: 'syncAlertChanged',
});

domainEventField('syncAlertRaised', syncAlerts, {
  description: 'Tenants below a layer have failed or are late, and no alert of the kind was open.',
  filter: SyncAlertFilter,
  happens: (before: SyncAlertRow | null) => before === null,
});

domainEventField('syncAlertResolved', syncAlerts, {
  description: 'The cause of an alert is gone. It comes once for each alert.',
  filter: SyncAlertFilter,
  happens: (before: SyncAlertRow | null, after: SyncAlertRow) =>
    before !== null && before.status !== 'RESOLVED' && after.status === 'RESOLVED',
});
