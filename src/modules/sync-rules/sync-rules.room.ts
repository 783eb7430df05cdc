import './sync-rules.graph.ts';
import './config-deviations.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { configDeviationEntity, deviationReport, syncRuleEntity } from './sync-rules.changes.ts';
import { forgetDeviations, reportAgain, reportTenant, reportVersion } from './sync-rules.reactions.ts';

rooms.add({
  entities: [syncRuleEntity, configDeviationEntity],
  reactions: [reportVersion, reportAgain, forgetDeviations],
  dueActions: [{ ...deviationReport, act: reportTenant }],
  personal: {
    SyncRule: {
      none: [
        'id',
        'name',
        'triggers',
        'targetScopes',
        'direction',
        'strategy',
        'autoApply',
        'enabled',
        'priority',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    ConfigDeviation: {
      none: ['id', 'tenantId', 'path', 'settingVersion', 'ruleId', 'version', 'createdAt', 'updatedAt'],
    },
  },
});
