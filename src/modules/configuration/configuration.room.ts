import './configuration.graph.ts';
import './config-writes.graph.ts';
import './config-preview.graph.ts';
import './conflict-resolution.graph.ts';
import './config-catalogue.graph.ts';
import './effective-config.graph.ts';
import './config-versions.graph.ts';
import './modules.graph.ts';
import './rbac-changed.graph.ts';
import './auth-changed.graph.ts';
import './opt-outs/config-opt-outs.graph.ts';
import './branding.graph.ts';
import './permission-templates.graph.ts';
import './auth-providers.graph.ts';
import './notification-providers.graph.ts';
import './preferences.graph.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './configuration.access.ts';
import { configOptOutEntity, configOptOutExpiry, configurationAdoption } from './configuration.changes.ts';
import { demo } from './configuration.demo.ts';
import { configureTenant, deriveModules, forgetSettings } from './configuration.reactions.ts';
import { configurationChanged } from './configuration-notices.ts';
import { endWhenDue } from './opt-outs/config-opt-outs.commands.ts';
import { syncTenant } from './tenant-sync.ts';

rooms.add({
  entities: [configurationEntity, configOptOutEntity],
  reactions: [configureTenant, forgetSettings, deriveModules],
  dueActions: [
    { ...configurationAdoption, act: syncTenant },
    { ...configOptOutExpiry, act: endWhenDue },
  ],
  permissions,
  notifies: [configurationChanged],
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
        'reauthenticateSince',
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
    ConfigOptOut: {
      none: [
        'id',
        'tenantId',
        'type',
        'paths',
        'reason',
        'expiresAt',
        'status',
        'endedAt',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    ModuleOff: { none: ['tenantId', 'module'] },
    ConfigSecret: {
      keep: {
        reason: 'The history of the configuration, without the name of the person.',
        columns: ['setById'],
      },
      none: ['id', 'configurationId', 'path', 'sealed', 'setAt'],
    },
    ConfigSetting: { none: ['id', 'configurationId', 'path', 'version', 'setting'] },
  },
});
