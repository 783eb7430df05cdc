import { staffMay } from '../../../core/rights/rules.ts';
import { createField, rowCommandField, updateField } from '../../../graph/commands/row-commands.ts';
import { changeFields } from '../../../graph/events/change-fields.ts';
import { filterInput } from '../../../graph/inputs/filter.ts';
import { orderInput } from '../../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../../graph/rows/row-fields.ts';
import { rowType } from '../../../graph/rows/row-type.ts';
import { enumType } from '../../../graph/schema/enum-type.ts';
import { configOptOutInput, configOptOutUpdateInput } from './config-opt-out-input.ts';
import { configOptOuts } from './config-opt-outs.access.ts';
import { catchUp, optOut, updateOptOut } from './config-opt-outs.commands.ts';

enumType('ConfigOptOutStatus', 'Status of an opt-out.', {
  ACTIVE: 'The tenant stays at what it has adopted.',
  CAUGHT_UP: 'A user ended it before its time.',
  EXPIRED: 'Its time came.',
  BUSINESS_TYPE_CHANGED: 'The tenant got another business type, and the old one had a say in its paths.',
});

rowType('ConfigOptOut', configOptOuts, {
  description:
    'The decision of a tenant to stay, for some paths, at the versions of the layers above that it had adopted. Locks and floors act nevertheless. It ends by itself at its time, and the tenant then adopts the newest versions.',
  columns: {
    tenantId: 'The tenant.',
    type: 'The type, all paths of which it is about. Null if it is about the named paths alone.',
    paths: 'The paths that it is about; of a type those that it had when the opt-out began.',
    reason: 'Why the tenant does not want the changes.',
    expiresAt: 'When it ends by itself.',
    status: 'The status.',
    endedAt: 'When it ended, by the clock of the database. Null until it does.',
  },
});

const ConfigOptOutFilter = filterInput(configOptOuts, {
  type: 'By type.',
  paths: 'By the paths that it is about.',
  reason: 'By reason.',
  expiresAt: 'By the time at which it ends by itself.',
  status: 'By status.',
  endedAt: 'By the time of its end.',
});

const ConfigOptOutOrder = orderInput(configOptOuts, ['createdAt', 'desc'], {
  type: 'By type. Those of named paths come last, with DESC first.',
  reason: 'By reason.',
  expiresAt: 'By the time at which it ends by itself.',
  status: 'By status, from ACTIVE to BUSINESS_TYPE_CHANGED.',
  endedAt: 'By the time of its end. Those that have not ended come last, with DESC first.',
});

rowField('configOptOut', configOptOuts);

rowsField('configOptOuts', configOptOuts, { filter: ConfigOptOutFilter, order: ConfigOptOutOrder });

createField(
  'configOptOut',
  configOptOuts,
  configOptOutInput,
  optOut,
  'Opts a tenant out of the changes from above, for some paths or for a type: it stays at what it has adopted. Locks and floors act nevertheless, and a named path that has one is refused.',
);

updateField(
  'configOptOutUpdate',
  configOptOuts,
  configOptOutUpdateInput,
  updateOptOut,
  'Changes the given fields of an opt-out that has not ended.',
);

rowCommandField('configCatchUp', configOptOuts, {
  description:
    'Ends an opt-out before its time: the tenant adopts the newest versions. One that has ended stays as it is.',
  rule: staffMay('config:write'),
  args: () => ({}),
  run: (ctx, args) => catchUp(ctx, args),
});

changeFields(configOptOuts, ConfigOptOutFilter, {
  created: 'configOptOutCreated',
  updated: 'configOptOutUpdated',
  deleted: 'configOptOutDeleted',
  all: 'configOptOutChanged',
});
