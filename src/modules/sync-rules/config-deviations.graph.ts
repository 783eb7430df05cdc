import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { configDeviations, syncRules } from './sync-rules.access.ts';

rowType('ConfigDeviation', configDeviations, {
  description:
    'A path at which a tenant has set another value than it would inherit, reported by a rule of the direction UP or BOTH. `effectiveConfig` has the values.',
  columns: {
    tenantId: 'The tenant.',
    path: 'The path.',
    settingVersion: 'The version of the tenant’s layer that wrote the setting.',
    ruleId: 'The rule that reports it.',
  },
});

relationField('ConfigDeviation', 'rule', syncRules, {
  description: 'The rule that reports it. Null if it was deleted, until the deviation is gone, too.',
  column: 'ruleId',
});

const ConfigDeviationFilter = filterInput(configDeviations, {
  tenantId: 'By the id of the tenant.',
  path: 'By path.',
  settingVersion: 'By the version of the tenant’s layer that wrote the setting.',
  ruleId: { idOf: 'SyncRule', description: 'By the rule that reports it.' },
});

const ConfigDeviationOrder = orderInput(configDeviations, ['path', 'asc'], {
  path: 'By path.',
  settingVersion: 'By the version of the tenant’s layer that wrote the setting.',
});

rowField('configDeviation', configDeviations);

rowsField('configDeviations', configDeviations, {
  filter: ConfigDeviationFilter,
  order: ConfigDeviationOrder,
});

changeFields(configDeviations, ConfigDeviationFilter, {
  created: 'configDeviationCreated',
  updated: 'configDeviationUpdated',
  deleted: 'configDeviationDeleted',
  all: 'configDeviationChanged',
});

domainEventField('tenantConfigReported', configDeviations, {
  description: 'A tenant set a path that a rule reports, to another value than it would inherit.',
  filter: ConfigDeviationFilter,
  happens: (before, after) => before?.settingVersion !== after.settingVersion,
});
