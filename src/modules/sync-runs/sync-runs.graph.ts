import type { SyncRun as SyncRunRow } from '../../generated/prisma/client.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { mayRetryRuns, syncRuns } from './sync-runs.access.ts';
import { retryRun } from './sync-runs.commands.ts';

enumType('SyncRunStatus', 'Status of a run.', {
  RUNNING: 'Some tenants have neither adopted nor failed.',
  COMPLETED: 'Every tenant has adopted or has failed. The run never changes again.',
});

enumType('SyncRunCause', 'Why a run began.', {
  VERSION: 'A version of the layer was written.',
  RETRY: '`syncRunRetry` tries the failed tenants of another run again.',
  TRIGGER: '`syncTrigger` has tenants adopt that are PENDING or FAILED.',
});

rowType('SyncRun', syncRuns, {
  description:
    'The way of one version of the platform’s layer, or of that of a business type, to all tenants below it. Each tenant adopts in a transaction of its own, and always the newest version: of two runs that overlap, the older one is superseded there.',
  columns: {
    scope: 'The scope of the layer.',
    businessTypeId: 'The business type whose layer it is. Null if it is that of the platform.',
    layerId: 'The id of the layer.',
    layerVersion: 'The version of the layer.',
    step: 'How the version came about.',
    cause: 'Why it began.',
    retryOfId: 'The run whose failed targets this one tries again. Null unless its cause is RETRY.',
    paths: 'The paths that the version wrote.',
    status: 'The status.',
    total: 'The number of tenants.',
    succeededCount: 'The tenants that have adopted the version or a newer one, without open conflicts.',
    partialCount: 'The tenants that have adopted it, with conflicts that are open.',
    failedCount: 'The tenants whose adoption has failed three times.',
    recordedCount:
      'The outcomes that `syncEventRecorded` has emitted: those of the counts, and of tenants that were deleted later.',
    endedAt: 'The time at which it ended. Null until then.',
  },
});

relationField('SyncRun', 'retryOf', syncRuns, {
  description: 'The run whose failed targets this one tries again. Null unless its cause is RETRY.',
  column: 'retryOfId',
});

const SyncRunFilter = filterInput(syncRuns, {
  scope: 'By the scope of the layer.',
  businessTypeId: 'By the business type whose layer it is.',
  layerVersion: 'By the version of the layer.',
  step: 'By how the version came about.',
  cause: 'By why it began.',
  retryOfId: { idOf: 'SyncRun', description: 'By the run that it tries again.' },
  status: 'By status.',
  total: 'By the number of tenants.',
  succeededCount: 'By the number of tenants that have adopted it.',
  partialCount: 'By the number of tenants with open conflicts.',
  failedCount: 'By the number of tenants that failed.',
  recordedCount: 'By the number of outcomes that were emitted.',
  endedAt: 'By the time of its end.',
});

const SyncRunOrder = orderInput(syncRuns, ['createdAt', 'desc'], {
  scope: 'By the scope of the layer.',
  layerVersion: 'By the version of the layer.',
  step: 'By how the version came about.',
  cause: 'By why it began.',
  status: 'By status.',
  total: 'By the number of tenants.',
  succeededCount: 'By the number of tenants that have adopted it.',
  partialCount: 'By the number of tenants with open conflicts.',
  failedCount: 'By the number of tenants that failed.',
  recordedCount: 'By the number of outcomes that were emitted.',
  endedAt: 'By the time of its end. Runs that have not ended come last, with DESC first.',
});

rowField('syncRun', syncRuns);

rowsField('syncRuns', syncRuns, { filter: SyncRunFilter, order: SyncRunOrder });

commandField('syncRunRetry', syncRuns, rowArgs, {
  description:
    'Tries the failed targets of a run again, and answers with the run that does. If no tenant has failed in it, that run has no tenants.',
  rule: mayRetryRuns,
  run: (ctx, args) => retryRun(ctx, args),
});

changeFields(syncRuns, SyncRunFilter, {
  created: 'syncRunCreated',
  updated: 'syncRunUpdated',
  deleted: 'syncRunDeleted',
  all: 'syncRunChanged',
});

domainEventField('syncRunCompleted', syncRuns, {
  description: 'A run ended: every tenant has adopted or has failed. It comes once for each run.',
  filter: SyncRunFilter,
  happens: (before: SyncRunRow | null, after: SyncRunRow) =>
    before?.status === 'RUNNING' && after.status === 'COMPLETED',
});

domainEventField('syncEventRecorded', syncRuns, {
  description:
    'Tenants have an outcome in a run: `recorded` of the run has them. Each outcome comes once, in the order in which `syncEvents` gets it.',
  filter: SyncRunFilter,
  happens: (before: SyncRunRow | null, after: SyncRunRow) =>
    before !== null && before.recordedCount < after.recordedCount,
});
