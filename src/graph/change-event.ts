import type { OutputRef } from '@pothos/core';
import type { Actor as ActorShape } from '../core/change.ts';
import { changedColumns } from '../core/change.ts';
import { inherited, signedIn } from '../core/rules.ts';
import { isMemberRole, type Viewer } from '../core/viewer.ts';
import { builder } from './builder.ts';
import { hasPersonalField, readableFields } from './field-access.ts';
import type { ResetReason, SeenChange } from './follow.ts';

export const ActorKind = builder.enumType('ActorKind', {
  description: 'The kind of actor that made a change.',
  values: {
    USER: { description: 'A person.' },
    API_TOKEN: { description: 'An integration that uses an API token.' },
    SYSTEM: { description: 'The system itself.' },
  } as const,
});

export const Actor = builder.objectRef<ActorShape>('Actor').implement({
  description:
    'Who made a change. Members of a customer learn that it was a person, but not which member of the staff.',
  rule: inherited,
  fields: (t) => ({
    kind: t.expose('kind', { type: ActorKind, description: 'The kind of actor.' }),
    id: t.id({
      nullable: true,
      isPersonal: ({ role }) => isMemberRole(role),
      description: 'The id of the user. Null for the system, and if the viewer may not know who it was.',
      resolve: (actor, _args, { viewer }) => (knowsActor(viewer, actor) ? actor.id : null),
    }),
    name: t.string({
      nullable: true,
      isPersonal: ({ role }) => isMemberRole(role),
      description: 'The name at that time. Null if the viewer may not know who it was.',
      resolve: (actor, _args, { viewer }) => (knowsActor(viewer, actor) ? actor.name : null),
    }),
  }),
});

/** Staff know who acts; members of a customer know only themselves. */
function knowsActor(viewer: Viewer | null, actor: ActorShape): boolean {
  return viewer !== null && (!isMemberRole(viewer.role) || actor.id === viewer.userId);
}

/** An item of a stream that tells of a change. */
export type ChangeItem = SeenChange & { readonly cursor: string };

/** What every event has. */
export const ChangeEvent = builder.interfaceRef<ChangeItem>('ChangeEvent').implement({
  description: 'A committed change, as the viewer sees it.',
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'The position of the change in its feed; pass it as `after` to resume.',
    }),
    eventId: t.id({
      description: 'The id of the change, the same for everybody.',
      resolve: ({ change }) => change.eventId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ change }) => change.occurredAt,
    }),
    actor: t.field({
      type: Actor,
      description: 'Who made the change.',
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
      // Whoever is told that a field changed must be somebody who may read it.
      isPersonal: (viewer, { extensions }, schema) =>
        extensions.shows?.some((typeName) => hasPersonalField(schema, typeName, viewer)) ?? false,
      resolve: ({ change, shownAs, row }, _args, { viewer }, { schema }) =>
        readableFields(schema, shownAs, viewer, changedColumns(change), row),
    }),
  }),
});

declare module 'graphql' {
  interface GraphQLObjectTypeExtensions {
    /** Of an event, the GraphQL types that show its rows. */
    shows?: readonly string[];
  }
}

/** Declares the event `name`, which carries the changed entity under its noun. */
export function entityEvent<Row>(
  name: string,
  {
    description,
    noun,
    type,
    typeName,
  }: { description: string; noun: string; type: OutputRef<Row>; typeName: string },
) {
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: [typeName] },
    fields: (t) => ({
      [noun]: t.field({
        type,
        description: 'The entity as it was right after the change.',
        resolve: ({ row }) => row as never,
      }),
    }),
  });
}

const ResetReasonEnum = builder.enumType('FeedResetReason', {
  description: 'Why a stream cannot resume after its cursor.',
  values: {
    EXPIRED: { description: 'The changes after the cursor are older than what is kept for resuming.' },
    EPOCH_CHANGED: {
      description: 'The database was restored: positions in the old feed mean nothing in the new one.',
    },
  } as const,
});

export const FeedReset = builder.objectRef<{ cursor: string; reason: ResetReason }>('FeedReset').implement({
  description:
    'The stream cannot continue from its last cursor. Query again, then subscribe `after` the `feedCursor` of that query; this stream continues from `cursor`.',
  rule: signedIn,
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'The position from which this stream continues.',
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
