import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { syncRules } from './sync-rules.access.ts';
import {
  createSyncRule,
  deleteSyncRule,
  syncRuleCreateInput,
  syncRuleUpdateInput,
  updateSyncRule,
} from './sync-rules.commands.ts';

enumType('SyncDirection', 'The direction of a rule.', {
  DOWN: 'It decides where a tenant adopts a path that it has set itself.',
  UP: 'It reports to the platform where a tenant deviates, and writes nothing there.',
  BOTH: 'Both.',
});

enumType('SyncStrategy', 'Which value acts where a layer above sets a path that the tenant has set itself.', {
  PLATFORM_WINS:
    'That of the layer above. The tenant’s is passed over and kept: its next write of the path acts again.',
  TENANT_WINS: 'That of the tenant.',
  USER_WINS: 'That of the user who has one, and that of the tenant for the others.',
  MERGE: 'Both, where they can be merged; else that of the tenant.',
});

rowType('SyncRule', syncRules, {
  description:
    'A rule about paths that are set above a tenant and in it. Modes come before rules: LOCKED, FLOOR and USER_OWNED act whatever a rule says. Where no rule decides, the tenant’s value acts.',
  columns: {
    name: 'The name, unique among rules.',
    triggers:
      'The paths whose changes it is about, as globs: names between dots, `*` for one name, `**` for any number of them.',
    targetScopes: 'The scopes that it reaches.',
    direction: 'The direction.',
    strategy: 'The strategy.',
    autoApply:
      'Whether a tenant adopts by itself. Otherwise each change from above waits: it is an open conflict, and the path is held at what acts, until the tenant decides.',
    enabled: 'Whether it acts. A change of the rule acts with the next change of a path.',
    priority: 'The priority: of the rules about a path, the one with the smallest number decides.',
  },
});

const SyncRuleFilter = filterInput(syncRules, {
  name: 'By name.',
  direction: 'By direction.',
  strategy: 'By strategy.',
  autoApply: 'By whether a tenant adopts by itself.',
  enabled: 'By whether it acts.',
  priority: 'By priority.',
});

const SyncRuleOrder = orderInput(syncRules, ['priority', 'asc'], {
  name: 'By name.',
  direction: 'By direction.',
  strategy: 'By strategy.',
  autoApply: 'By whether a tenant adopts by itself.',
  enabled: 'By whether it acts.',
  priority: 'By priority.',
});

rowField('syncRule', syncRules);

rowsField('syncRules', syncRules, { filter: SyncRuleFilter, order: SyncRuleOrder });

createField('syncRuleCreate', syncRules, syncRuleCreateInput, createSyncRule);

updateField('syncRuleUpdate', syncRules, syncRuleUpdateInput, updateSyncRule);

deleteField(
  'syncRuleDelete',
  syncRules,
  'Deletes a rule. The last one can only be disabled.',
  deleteSyncRule,
);

changeFields(syncRules, SyncRuleFilter, {
  created: 'syncRuleCreated',
  updated: 'syncRuleUpdated',
  deleted: 'syncRuleDeleted',
  all: 'syncRuleChanged',
});
