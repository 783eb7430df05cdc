import './configuration.graph.ts';
import './config-writes.graph.ts';
import './conflict-resolution.graph.ts';
import './config-catalogue.graph.ts';
import './effective-config.graph.ts';
import './config-versions.graph.ts';
import './modules.graph.ts';
import './rbac-changed.graph.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './configuration.access.ts';
import { configurationAdoption } from './configuration.changes.ts';
import { demo } from './configuration.demo.ts';
import { configureTenant, deriveModules, forgetSettings } from './configuration.reactions.ts';
import { syncTenant } from './tenant-sync.ts';

rooms.add({
  entities: [configurationEntity],
  reactions: [configureTenant, forgetSettings, deriveModules],
  dueActions: [{ ...configurationAdoption, act: syncTenant }],
  permissions,
  demo,
  personal: {
    Configuration: {
      about: { user: ['userId'] },
      export: ['id', 'scope', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'userId',
        'businessTypeId',
        'paths',
        'memberPaths',
        'grants',
        'changes',
        'memberChanges',
        'memberVersion',
        'version',
      ],
    },
    ConfigVersion: {
      keep: {
        reason: 'The history of the configuration, without the name of the person.',
        columns: ['actorId'],
      },
      none: [
        'id',
        'configurationId',
        'version',
        'memberVersion',
        'step',
        'paths',
        'restored',
        'platformVersion',
        'businessLayerId',
        'businessVersion',
        'adopted',
        'holds',
        'causes',
        'recordedAt',
      ],
    },
    ModuleOff: { none: ['tenantId', 'module'] },
    ConfigSetting: { none: ['id', 'configurationId', 'path', 'version', 'setting'] },
  },
});
