import { may } from '../../core/rights/rules.ts';
import { Actor } from '../../graph/events/change-event.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { builder } from '../../graph/schema/builder.ts';
import { hasPersonalField } from '../../graph/schema/field-access.ts';
import type { IsPersonal } from '../../graph/schema/field-rules.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { withArticle } from '../../lib/with-article.ts';
import { mayKnowActors } from './audit.access.ts';
import type { AuditEntry as EntryShape } from './audit-entry.ts';
import { changedFieldsOf, type FieldDiff as DiffShape, fieldDiffs } from './field-diffs.ts';

const mayReadDiffs = may('diffs:read');

/** The rules of the entities' types decide which fields an entry names, and some rules depend on the viewer. */
const isPersonal: IsPersonal = (viewer, _type, schema) =>
  followedRows.for(viewer).some(({ type }) => hasPersonalField(schema, type, viewer));

export const AuditAction = builder.enumType('AuditAction', {
  description: 'The action of a change, from the point of view of the viewer.',
  values: {
    CREATED: { description: 'It became visible: it was created, or changed so that the viewer sees it.' },
    UPDATED: { description: 'It changed.' },
    DELETED: {
      description:
        'It is no longer visible: it was deleted, or changed so that the viewer no longer sees it.',
    },
  } as const,
});

export const AuditEntity = builder.enumType('AuditEntity', {
  description: 'The kind of entity that an entry of the audit log is about.',
  values: Object.fromEntries(
    [...followedRows.entities.keys()].map((name) => [
      name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase(),
      { value: name, description: `${capitalized(withArticle(name))}.` },
    ]),
  ),
});

const FieldDiff = builder.objectRef<DiffShape>('FieldDiff').implement({
  description: 'The change of one field.',
  rule: mayReadDiffs,
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'The name of the field, of the type that shows the entity to the viewer.',
    }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description:
        'The value before; of a field that shows several columns, an object of them. Null if there was none, or the entity was not visible.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'The value after, likewise. Null if there is none, or the entity is no longer visible.',
    }),
  }),
});

export const AuditEntry = builder.objectRef<EntryShape>('AuditEntry').implement({
  description:
    'A committed change in the audit log. It shows no field that the viewer may not read of the entity itself.',
  rule: may('audit:read'),
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The id of the change: the `eventId` of its events.',
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'The position of the change in its feed.',
      resolve: ({ change }, _args, { feedPositions }) => feedPositions.cursorAt(change.feed, change.seq),
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'The time of the change.',
      resolve: ({ change }) => change.occurredAt,
    }),
    actor: t.field({
      type: Actor,
      columns: ['actorKind'],
      description: 'The actor that made the change.',
      resolve: ({ change }) => change.actor,
    }),
    actorId: t.id({
      nullable: true,
      rule: mayKnowActors,
      description:
        'The id of the user who made it. Null for the system, and if the viewer may not know the user.',
      resolve: ({ actorId }) => actorId,
    }),
    action: t.expose('action', { type: AuditAction, description: 'The action.' }),
    entity: t.field({
      type: AuditEntity,
      description: 'The kind of the entity.',
      resolve: ({ change }) => change.entity,
    }),
    entityId: t.id({
      description: 'The id of the entity.',
      resolve: ({ change }) => change.entityId,
    }),
    entityVersion: t.int({
      description: 'The version that the entity had after it; of a deletion, the one it would have had.',
      resolve: ({ entityVersion }) => entityVersion,
    }),
    changedFields: t.stringList({
      isPersonal,
      description: 'The changed fields that the viewer may read. Empty if the entity was created or deleted.',
      resolve: (entry, _args, { viewer }, { schema }) => changedFieldsOf(entry, viewer, schema),
    }),
    changes: t.field({
      type: [FieldDiff],
      nullable: true,
      rule: mayReadDiffs,
      isPersonal,
      description:
        'The changed fields that the viewer may read, or all of them if the entity was created or deleted. Null if the viewer may not read diffs.',
      resolve: (entry, _args, { viewer }, { schema }) => fieldDiffs(entry, viewer, schema),
    }),
    requestId: t.id({
      nullable: true,
      description: 'The request that made it. Null if no request made it.',
      resolve: ({ change }) => change.requestId,
    }),
    ip: t.string({
      nullable: true,
      rule: (viewer) => mayReadDiffs(viewer) && mayKnowActors(viewer),
      description:
        'The network address of the request. Null if no request made the change, or if the viewer may not know it.',
      resolve: ({ ip }) => ip,
    }),
  }),
});
