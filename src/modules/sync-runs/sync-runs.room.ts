import './sync-runs.graph.ts';
import './sync-targets.graph.ts';
import './tenant-sync.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { syncRunCount, syncRunEntity } from './sync-runs.changes.ts';
import { beginRunOfVersion, countRun, forgetTargets } from './sync-runs.reactions.ts';

rooms.add({
  entities: [syncRunEntity],
  reactions: [beginRunOfVersion, forgetTargets],
  dueActions: [{ ...syncRunCount, act: countRun }],
  personal: {
    SyncRun: {
      none: [
        'id',
        'scope',
        'businessTypeId',
        'layerId',
        'layerVersion',
        'step',
        'retryOfId',
        'paths',
        'status',
        'total',
        'succeededCount',
        'partialCount',
        'failedCount',
        'endedAt',
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
      ],
    },
  },
});
