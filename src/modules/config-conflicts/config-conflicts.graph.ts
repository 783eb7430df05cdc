import type { Side } from '../../configuration/algebra/three-way-merge.ts';
import { knownPath } from '../../configuration/catalogue/catalogue.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { ConfigConflict as ConfigConflictRow } from '../../generated/prisma/client.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { users } from '../users/users.access.ts';
import { configConflicts } from './config-conflicts.access.ts';
import { adviser, type Suggestion } from './conflict-advice.ts';
import { sidesOf } from './conflict-sides.terms.ts';

enumType('ConfigConflictStatus', 'Status of a conflict.', {
  OPEN: 'A user has to decide. The path is held at what the tenant inherited before.',
  RESOLVED: 'A user has decided.',
  CLOSED: 'Nothing was left to decide.',
});

enumType('ConfigConflictResolution', 'How a conflict ended.', {
  PLATFORM: 'By a user: the value from above acts, and the tenant’s own setting is unset.',
  TENANT: 'By a user: the value that acts in the tenant stays.',
  VALUE: 'By a user: the tenant has another value.',
  AGREED: 'By itself: both sides agree, or can be merged.',
  NOTHING_OWN: 'By itself: the tenant has no setting of its own any more.',
  MODE_ABOVE: 'By itself: a mode above decides, e.g. a lock.',
  OTHER_RULE: 'By itself: no rule merges the path any more.',
  RETIRED: 'By itself: the catalogue does not have the path any more.',
});

const ConfigConflictSide = builder.enumType('ConfigConflictSide', {
  description: 'A side of a conflict.',
  values: {
    PLATFORM: { description: 'What is set above the tenant.' },
    TENANT: { description: 'What the tenant has set.' },
  } as const,
});

/** A value of a side. */
interface SideValue {
  readonly value: Exclude<Side, undefined>;
}

const ConfigConflictValue = builder.objectRef<SideValue>('ConfigConflictValue').implement({
  description: 'What a side of a conflict has set.',
  rule: inherited,
  fields: (t) => ({
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value. Null if that is the value.',
      resolve: ({ value }) => value,
    }),
  }),
});

const ConfigConflictSuggestion = builder.objectRef<Suggestion>('ConfigConflictSuggestion').implement({
  description:
    'A way to resolve a conflict. It is computed from the conflict alone, and never applied by itself.',
  rule: inherited,
  fields: (t) => ({
    side: t.field({
      type: ConfigConflictSide,
      nullable: true,
      description: 'The side to choose. Null if neither has the value.',
      resolve: ({ side }) => side,
    }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value that would act. Null if that is the value, or if the side has set none.',
      resolve: ({ value }) => value ?? null,
    }),
    messageKey: t.string({
      description:
        'The reason: STRONGER by the order of a floor, BOTH_SETS for what either side has, MORE_RECENT for the side that was written last.',
      resolve: ({ rationale }) => rationale.key,
    }),
    params: t.field({
      type: 'JSON',
      description: 'The data from which a client makes a sentence of the reason.',
      resolve: ({ rationale }) => rationale.params,
    }),
  }),
});

rowType('ConfigConflict', configConflicts, {
  description:
    'A path that was changed above a tenant and in it, where a rule merges and no merge is possible, or a change from above that a rule lets wait for the tenant. There is one for each tenant and path: a newer change above opens it again. While it is open, the path is held at what the tenant inherited before, and everything else is adopted.',
  columns: {
    tenantId: 'The tenant.',
    path: 'The path.',
    scope: 'The scope of the layer above.',
    layerId: 'The id of the layer above.',
    baseVersion: 'The version of the layer above that the tenant had adopted before: the path is held there.',
    layerVersion: 'The newest version of the layer above.',
    theirsAt: 'When the layer above wrote its setting.',
    ownVersion: 'The version of the tenant’s layer that wrote its own setting.',
    oursAt: 'When the tenant wrote its own setting.',
    strategy: 'The strategy that was tried.',
    isProposal:
      'Whether a rule without automatic application opened it: nothing need contradict, and the tenant decides whether it adopts.',
    status: 'The status.',
    openedAt: 'When it was opened, or opened again.',
    resolution: 'How it ended. Null while it is open.',
    endedAt: 'When it ended. Null while it is open.',
    resolvedById:
      'The user who resolved it, who may no longer exist. Null while it is open, and if it ended by itself.',
  },
  fields: (t) => {
    const side = (name: 'base' | 'theirs' | 'ours', description: string) =>
      t.field({
        type: ConfigConflictValue,
        nullable: true,
        description,
        resolve: (row: ConfigConflictRow) => {
          const value = sidesOf(row)[name];
          return value === undefined ? null : { value };
        },
      });
    return {
      base: side('base', 'What the tenant inherited before. Null if nothing was set above it.'),
      theirs: side('theirs', 'What the tenant would inherit now. Null if nothing is set above it.'),
      ours: side('ours', 'What the tenant has set; of a proposal what acts there. Null if nothing is set.'),
      suggestions: t.field({
        type: [ConfigConflictSuggestion],
        columns: ['theirs', 'ours', 'theirsAt', 'oursAt'],
        description: 'Ways to resolve it. Empty once it has ended, and for a secret.',
        resolve: (row: ConfigConflictRow) => {
          const entry = knownPath(row.path);
          return entry && row.status === 'OPEN' ? [...adviser.suggest(entry, row)] : [];
        },
      }),
    };
  },
});

relationField('ConfigConflict', 'resolvedBy', users, {
  description:
    'The user who resolved it. Null while it is open, if it ended by itself, or if the viewer may not see the user.',
  column: 'resolvedById',
  columns: [],
});

const ConfigConflictFilter = filterInput(configConflicts, {
  path: 'By path.',
  scope: 'By the scope of the layer above.',
  baseVersion: 'By the version of the layer above that was adopted before.',
  layerVersion: 'By the newest version of the layer above.',
  theirsAt: 'By the time when the layer above wrote its setting.',
  ownVersion: 'By the version of the tenant’s layer that wrote its own setting.',
  oursAt: 'By the time when the tenant wrote its own setting.',
  strategy: 'By the strategy that was tried.',
  isProposal: 'By whether a rule lets the change wait for the tenant.',
  status: 'By status.',
  openedAt: 'By the time when it was opened, or opened again.',
  resolution: 'By how it ended.',
  endedAt: 'By the time when it ended.',
  resolvedById: { idOf: 'User', description: 'By the id of the user who resolved it.' },
});

const ConfigConflictOrder = orderInput(configConflicts, ['path', 'asc'], {
  path: 'By path.',
  scope: 'By the scope of the layer above.',
  baseVersion: 'By the version of the layer above that was adopted before.',
  layerVersion: 'By the newest version of the layer above.',
  theirsAt: 'By the time when the layer above wrote its setting.',
  ownVersion: 'By the version of the tenant’s layer that wrote its own setting.',
  oursAt: 'By the time when the tenant wrote its own setting.',
  strategy: 'By the strategy that was tried.',
  isProposal: 'By whether a rule lets the change wait for the tenant.',
  status: 'By status, from OPEN to CLOSED.',
  openedAt: 'By the time when it was opened, or opened again.',
  resolution: 'By how it ended. Open ones come last, with DESC first.',
  endedAt: 'By the time when it ended. Open ones come last, with DESC first.',
});

rowField('configConflict', configConflicts);

rowsField('configConflicts', configConflicts, { filter: ConfigConflictFilter, order: ConfigConflictOrder });

changeFields(configConflicts, ConfigConflictFilter, {
  created: 'configConflictCreated',
  updated: 'configConflictUpdated',
  deleted: 'configConflictDeleted',
  all: 'configConflictChanged',
});

domainEventField('configConflictDetected', configConflicts, {
  description: 'A conflict was opened, or opened again by a newer change above.',
  filter: ConfigConflictFilter,
  happens: (before: ConfigConflictRow | null, after: ConfigConflictRow) =>
    after.status === 'OPEN' &&
    (before?.status !== 'OPEN' || JSON.stringify(before.theirs) !== JSON.stringify(after.theirs)),
});

domainEventField('configConflictResolved', configConflicts, {
  description: 'An open conflict ended: a user resolved it, or nothing was left to decide.',
  filter: ConfigConflictFilter,
  happens: (before: ConfigConflictRow | null, after: ConfigConflictRow) =>
    before?.status === 'OPEN' && after.status !== 'OPEN',
});
