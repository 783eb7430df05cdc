import './config-conflicts.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { configConflictEntity } from './config-conflicts.changes.ts';
import { forgetConflicts } from './config-conflicts.reactions.ts';

rooms.add({
  entities: [configConflictEntity],
  reactions: [forgetConflicts],
  personal: {
    ConfigConflict: {
      keep: {
        reason: 'The history of the configuration, without the name of the person.',
        columns: ['resolvedById'],
      },
      none: [
        'id',
        'tenantId',
        'path',
        'base',
        'theirs',
        'ours',
        'scope',
        'layerId',
        'baseVersion',
        'layerVersion',
        'theirsAt',
        'ownVersion',
        'oursAt',
        'strategy',
        'isProposal',
        'status',
        'openedAt',
        'resolution',
        'endedAt',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
