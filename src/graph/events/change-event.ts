import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Actor as ActorShape } from '../../core/rows/actor.ts';
import { isHiddenFrom } from '../../core/rows/actor.ts';
import { changedColumns } from '../../core/rows/change.ts';
import { fieldOf, type Rows } from '../../core/rows/rows.ts';
import { withArticle } from '../../lib/with-article.ts';
import { builder, type Types } from '../schema/builder.ts';
import { hasPersonalField, readableFields } from '../schema/field-access.ts';
import { Node } from '../schema/node.ts';
import type { ResetReason, SeenChange } from './follow.ts';
import { GoneReasonEnum } from './gone-reason.ts';

const ActorKind = builder.enumType('ActorKind', {
  description: 'The kind of actor that made a change.',
  values: {
    USER: { description: 'A person.' },
    API_TOKEN: { description: 'An integration that uses an API token.' },
    SYSTEM: { description: 'The system itself.' },
  } as const,
});

export const Actor = builder.objectRef<ActorShape>('Actor').implement({
  description:
    'The author of a change. Users of a customer learn that it was a person, but not which staff user; tenants and organizations learn that it was staff of the platform, but not which of them.',
  rule: inherited,
  fields: (t) => ({
    kind: t.expose('kind', { type: ActorKind, description: 'The kind of actor.' }),
    isOfPlatform: t.exposeBoolean('isOfPlatform', {
      description: "Whether it is a user of the platform's staff.",
    }),
    id: t.id({
      nullable: true,
      isPersonal: ({ role }) => isCustomerRole(role),
      description: 'The id of the user. Null for the system, and if the viewer may not know the author.',
      resolve: (actor, _args, { viewer }) => (knowsActor(viewer, actor) ? actor.id : null),
    }),
    name: t.string({
      nullable: true,
      isPersonal: ({ role }) => isCustomerRole(role),
      description: 'The name at that time. Null if the viewer may not know the author.',
      resolve: (actor, _args, { viewer }) => (knowsActor(viewer, actor) ? actor.name : null),
    }),
  }),
});

/** Staff see the actor, unless it is hidden from all outside the platform; users of a customer see only themselves. */
function knowsActor(viewer: Viewer | null, actor: ActorShape): boolean {
  if (!viewer || isHiddenFrom(viewer, actor)) return false;
  return !isCustomerRole(viewer.role) || actor.id === viewer.userId;
}

/** A change as an event of a stream. */
export type ChangeItem = SeenChange & { readonly cursor: string };

/** The fields of every event. */
export const ChangeEvent = builder.interfaceRef<ChangeItem>('ChangeEvent').implement({
  description: 'A committed change, as the viewer sees it.',
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'The position of the change in its feed; pass it as `after` to resume.',
    }),
    eventId: t.id({
      description: 'The id of the change, the same for every viewer.',
      resolve: ({ change }) => change.eventId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ change }) => change.occurredAt,
    }),
    actor: t.field({
      type: Actor,
      description: 'The author of the change.',
      resolve: ({ change }) => change.actor,
    }),
    requestId: t.id({
      nullable: true,
      description:
        'The request that made it: a client recognises its own change by it. Null if no request made it.',
      resolve: ({ change }) => change.requestId,
    }),
    changedFields: t.stringList({
      description:
        'The fields of the entity that changed, limited to what the viewer may read. Empty if it was created or deleted.',
      isPersonal: (viewer, { extensions }, schema) =>
        extensions.shows?.some((typeName) => hasPersonalField(schema, typeName, viewer)) ?? false,
      resolve: ({ change, shownAs, row }, _args, { viewer }, { schema }) =>
        readableFields(schema, shownAs, viewer, changedColumns(change), row),
    }),
  }),
});

declare module 'graphql' {
  interface GraphQLObjectTypeExtensions {
    /** The GraphQL types that show the rows of an event. */
    shows?: readonly string[];
  }
}

/**
 * The fields of the events of all entities. From them a client learns which entity changed, and whether it still
 * exists.
 */
const EntityEvent = builder.interfaceRef<ChangeItem>('EntityEvent').implement({
  interfaces: [ChangeEvent],
  description: 'A committed change of one entity, as the viewer sees it.',
  fields: (t) => ({
    entityId: t.id({
      description: 'The id of the entity.',
      resolve: ({ change }) => change.entityId,
    }),
    entity: t.field({
      type: Node,
      nullable: true,
      description: 'The entity right after the change. Null if it left the view.',
      resolve: ({ row, shownAs }) => ({ ...row, __typename: shownAs }) as never,
    }),
  }),
});

type Shown = Pick<Rows<never>, 'type'>;

const eventInterfaces = new Map<string, ReturnType<typeof declareEventInterface>>();

/**
 * The fields that the events of one entity share: the entity under its noun. A client selects its fields there once.
 */
export function eventInterfaceOf(rows: Shown) {
  const known = eventInterfaces.get(rows.type) ?? declareEventInterface(rows);
  eventInterfaces.set(rows.type, known);
  return known;
}

function declareEventInterface(rows: Shown) {
  return builder.interfaceRef<ChangeItem>(`${rows.type}Event`).implement({
    interfaces: [ChangeEvent, EntityEvent],
    description: `A committed change of ${withArticle(rows.type)} that still exists, as the viewer sees it.`,
    fields: (t) => ({ [fieldOf(rows)]: rowField(t, rows) }),
  });
}

/** Makes further fields of an event. */
export type EventFields = (t: ObjectFieldBuilder<Types, ChangeItem>) => FieldMap;

/** Declares the event `name`, which carries the changed entity and what `fields` adds. */
export function entityEvent(
  name: string,
  description: string,
  rows: Shown,
  fields: EventFields = () => ({}),
) {
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent, EntityEvent, eventInterfaceOf(rows)],
    extensions: { shows: [rows.type] },
    fields,
  });
}

/** Declares the event `name` of a row that is not a Node; it carries the row under `field`. */
export function rowEvent(name: string, description: string, rows: Shown, field: string) {
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: [rows.type] },
    fields: (t) => ({ [field]: rowField(t, rows) }),
  });
}

/** Declares the event `name` of an entity that was deleted or left the view. */
export function goneEvent(name: string, description: string, rows: Shown) {
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent, EntityEvent],
    extensions: { shows: [rows.type] },
    fields: (t) => ({
      entity: t.field({
        type: Node,
        nullable: true,
        description: 'Always null: the entity left the view.',
        resolve: () => null,
      }),
      [`${fieldOf(rows)}Id`]: t.id({
        description: 'The id of the entity.',
        resolve: ({ change }) => change.entityId,
      }),
      goneReason: t.field({
        type: GoneReasonEnum,
        description: 'Why it left the view.',
        resolve: ({ reason = 'GONE' }) => reason,
      }),
    }),
  });
}

function rowField(t: Pick<ObjectFieldBuilder<Types, ChangeItem>, 'field'>, { type }: Shown) {
  return t.field({
    type: type as never,
    description: 'The entity right after the change.',
    resolve: ({ row }) => row as never,
  });
}

const ResetReasonEnum = builder.enumType('FeedResetReason', {
  description: 'Why a stream cannot resume after its cursor.',
  values: {
    EXPIRED: {
      description: 'The changes after the cursor are older than the changes that are kept for resuming.',
    },
    EPOCH_CHANGED: {
      description: 'The database was restored: positions in the old feed mean nothing in the new one.',
    },
    RIGHTS_CHANGED: {
      description:
        'The rights of the viewer changed, so other rows or fields may be in view; or the cursor is of another window. Only in streams with `snapshot`, and in `changes` when a module is on again.',
    },
  } as const,
});

export const FeedReset = builder.objectRef<{ cursor: string; reason: ResetReason }>('FeedReset').implement({
  description:
    'The stream cannot continue from its last cursor. Query again, then subscribe `after` the `feedCursor` of that query; this stream continues from `cursor`. With `snapshot` there is nothing to do: the rows follow, keep the old ones until their last page.',
  rule: signedIn,
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'The position from which this stream continues. With `snapshot`: the rows come first.',
    }),
    reason: t.expose('reason', { type: ResetReasonEnum, description: 'The reason.' }),
  }),
});

export const FeedPosition = builder.objectRef<{ cursor: string }>('FeedPosition').implement({
  description:
    'The stream has delivered everything up to this position. Sent once when the stream has caught up, and after every 15 seconds in which nothing else was sent.',
  rule: signedIn,
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'Cursor', description: 'The position of the stream.' }),
  }),
});
