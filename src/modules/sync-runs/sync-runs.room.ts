import './sync-events.graph.ts';
import './sync-health.graph.ts';
import './sync-runs.graph.ts';
import './sync-targets.graph.ts';
import './sync-trigger.graph.ts';
import './sync-alerts.graph.ts';
import './tenant-sync.graph.ts';
import './tenant-sync-statuses.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { deleteTargets } from './kept-targets.ts';
import { countAlert } from './sync-alerts.ts';
import {
  syncAlertCount,
  syncAlertEntity,
  syncRunCount,
  syncRunEntity,
  syncTargetsEnd,
  tenantSyncByType,
  tenantSyncEntity,
} from './sync-runs.changes.ts';
import { beginRunOfVersion, countRun, followTenant } from './sync-runs.reactions.ts';
import { noteSync } from './tenant-sync-notes.requests.ts';

rooms.add({
  entities: [syncRunEntity, tenantSyncEntity, syncAlertEntity],
  reactions: [beginRunOfVersion, followTenant],
  dueActions: [
    { ...syncRunCount, act: countRun },
    { ...syncAlertCount, act: countAlert },
    { ...syncTargetsEnd, act: deleteTargets },
    { ...tenantSyncByType, act: (tx, { tenantId }) => noteSync(tx, tenantId) },
  ],
  personal: {
    SyncRun: {
      none: [
        'id',
        'scope',
        'businessTypeId',
        'layerId',
        'layerVersion',
        'step',
        'cause',
        'retryOfId',
        'paths',
        'status',
        'total',
        'succeededCount',
        'partialCount',
        'failedCount',
        'recordedCount',
        'endedAt',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    SyncAlert: {
      none: [
        'id',
        'kind',
        'layerId',
        'scope',
        'businessTypeId',
        'runId',
        'status',
        'tenantCount',
        'goneCount',
        'acknowledgedAt',
        'resolvedAt',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    TenantSync: {
      none: [
        'id',
        'tenantId',
        'status',
        'errorCode',
        'pendingTypes',
        'conflictTypes',
        'since',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    SyncTarget: {
      none: [
        'id',
        'runId',
        'tenantId',
        'layerId',
        'layerVersion',
        'status',
        'isSuperseded',
        'adoptedVersion',
        'openConflicts',
        'durationMs',
        'errorCode',
        'endedAt',
        'recordedIn',
      ],
    },
  },
});
