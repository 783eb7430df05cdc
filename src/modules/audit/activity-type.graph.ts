import { may } from '../../core/rights/rules.ts';
import { columnOf } from '../../core/rows/models.ts';
import { Actor } from '../../graph/events/change-event.ts';
import { filterOf } from '../../graph/inputs/column-filters.ts';
import { joinedFilter } from '../../graph/inputs/filter.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { ErrorParam, errorParams } from '../../graph/schema/user-error.ts';
import { activityText } from './activity-catalogue.ts';
import type { ActivityEntry as EntryShape } from './activity-entry.ts';
import { mayKnowActors } from './audit.access.ts';
import { AuditAction, AuditEntity } from './audit-entry-type.graph.ts';
import { byEnum } from './audit-filter.graph.ts';

export const ActivityEntry = builder.objectRef<EntryShape>('ActivityEntry').implement({
  description:
    'What happened to a row, in words that hold nothing the viewer may not read: once, or as often as `count` says.',
  rule: may('activity:read'),
  fields: (t) => ({
    id: t.id({
      description:
        'The id of the entry: the same in the list and in the events of its changes. It is that of no row.',
      resolve: ({ id }) => id,
    }),
    messageKey: t.string({
      description: 'The name of its text, e.g. `paymentReceived`: one of `activityTexts`.',
      resolve: ({ key }) => key,
    }),
    params: t.field({
      type: [ErrorParam],
      description: 'The data in its text: the name of the row, unless the viewer may not read it.',
      resolve: ({ name }) => errorParams(name === null ? {} : { name }),
    }),
    text: t.string({
      description: 'The text in English.',
      resolve: ({ key, name, count }) => activityText(key, name, count),
    }),
    count: t.exposeInt('count', {
      description: 'The number of changes that it stands for, at most 10,000; in an event 1.',
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened last.',
      resolve: ({ entry }) => entry.change.occurredAt,
    }),
    firstAt: t.field({
      type: 'DateTime',
      description: 'When it happened first; in an event, and if it happened once, the same.',
      resolve: ({ firstAt }) => firstAt,
    }),
    actor: t.field({
      type: Actor,
      columns: ['actorKind'],
      description: 'The author.',
      resolve: ({ entry }) => entry.change.actor,
    }),
    actorId: t.id({
      nullable: true,
      rule: mayKnowActors,
      description:
        'The id of the user who did it. Null for the system, and if the viewer may not know the user.',
      resolve: ({ entry }) => entry.actorId,
    }),
    action: t.field({
      type: AuditAction,
      description: 'The action, from the point of view of the viewer.',
      resolve: ({ entry }) => entry.action,
    }),
    entity: t.field({
      type: AuditEntity,
      description: 'The kind of the row.',
      resolve: ({ entry }) => entry.change.entity,
    }),
    entityId: t.id({
      nullable: true,
      description: 'The id of the row, to which the entry leads. Null for a bulk job, which changed many.',
      resolve: ({ entry }) => (entry.change.jobId ? null : entry.change.entityId),
    }),
  }),
});

const by = (column: string) => filterOf(columnOf('Change', column));

export const ActivityFilter = joinedFilter('ActivityFilter', 'entries of the activity feed', {
  actorId: {
    type: by('actorId'),
    description:
      'By the id of the user who did it; what the system did, and users whom the viewer may not know, has none.',
    ...idOf('User'),
  },
  actorKind: { type: by('actorKind'), description: 'By the kind of actor.' },
  entity: { type: byEnum(AuditEntity), description: 'By the kind of row.' },
  entityId: { type: by('entityId'), description: 'By the id of the row.', ...idOf('Node') },
  action: { type: byEnum(AuditAction), description: 'By the action.' },
  occurredAt: { type: by('occurredAt'), description: 'By the time.' },
});
