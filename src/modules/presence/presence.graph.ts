import { requireSession, requireViewer } from '../../core/context.ts';
import { connectionsOf, type LiveConnection } from '../../core/feeds/live-connection.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { observeField } from '../../graph/events/observe-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { costing, listing } from '../../graph/limits/field-cost.ts';
import { loaderOf } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { type ArgBuilder, tenantArg } from '../../graph/schema/shared-args.ts';
import { users } from '../users/users.access.ts';
import { presenceSetInput, setPresence } from './presence.commands.ts';
import { type PresenceStatus, presentUsers, type UserPresence } from './presence-states.ts';

/** The users that one answer or one event has room for. */
const MAX_USERS = 1_000;
const MAX_ASKED = 500;
/** A query looks through all connections of the level, however few it shows. */
const COST_OF_LOOK = 1_000;

const ARGUMENT = sentences('BAD_USER_INPUT', {
  TOO_MANY_NAMED: 'Argument "{argument}": at most {max} users can be named.',
});

const Status = builder.enumType('PresenceStatus', {
  description: 'Whether a user is there.',
  values: {
    ONLINE: { description: 'At least one connection of the user is open, and someone is before it.' },
    AWAY: { description: 'The connections of the user are open, and no one is before any of them.' },
    INVISIBLE: { description: 'The user wants to be seen by no one. Only the user itself sees this.' },
    OFFLINE: { description: 'No connection is open, or the user wants to be seen by no one.' },
  },
});

const userOfId = loaderOf(users);

const UserPresenceType = builder.objectRef<UserPresence>('UserPresence').implement({
  description: 'The presence of a user, over all of its connections and devices.',
  rule: inherited,
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id of the user.' }),
    user: t.field({
      type: users.type as never,
      nullable: true,
      description: 'The user. Null if the viewer does not see it.',
      resolve: ({ userId }, _args, ctx) => userOfId(ctx, userId) as never,
    }),
    status: t.expose('status', { type: Status, description: 'Whether the user is there.' }),
  }),
});

interface PresenceList {
  readonly users: readonly UserPresence[];
  readonly totalCount: number;
}

const Presence = builder.objectRef<PresenceList>('Presence').implement({
  description: 'The users of a level who are there, as far as the viewer sees them. The others are offline.',
  rule: inherited,
  fields: (t) => ({
    users: t.field({
      type: [UserPresenceType],
      description: `Those who are there, by id, at most ${MAX_USERS}.`,
      ...listing(MAX_USERS),
      resolve: ({ users: present }) => [...present],
    }),
    totalCount: t.exposeInt('totalCount', { description: 'The number of those who are there.' }),
  }),
});

interface PresenceArgs {
  readonly tenantId?: string | null;
  readonly userIds?: readonly string[] | null;
}

function presenceArgs(arg: ArgBuilder) {
  return {
    tenantId: tenantArg(arg, users.scope as Parameters<typeof tenantArg>[1]),
    userIds: arg.idList({ description: `Only these users, at most ${MAX_ASKED}.`, ...idOf('User') }),
  };
}

/** The users that the arguments name; null for all. */
function askedIn({ userIds }: PresenceArgs): ReadonlySet<string> | null {
  if (!userIds) return null;
  if (userIds.length > MAX_ASKED)
    throw badArgument(ARGUMENT.TOO_MANY_NAMED({ argument: 'userIds', max: MAX_ASKED }));
  return new Set(userIds.map((id) => asRowId(id)));
}

function presentAmong(live: readonly LiveConnection[], viewer: Viewer, args: PresenceArgs) {
  return presentUsers(live, viewer, askedIn(args));
}

builder.queryField('presence', (t) =>
  t.field({
    type: Presence,
    rule: signedIn,
    description:
      'The users of a tenant, or of the level of the viewer, who are there at this moment. Read from what all nodes share, not from the log.',
    ...costing(COST_OF_LOOK),
    args: presenceArgs(t.arg),
    resolve: async (_root, args, ctx) => {
      const { viewer } = requireViewer(ctx);
      const live = await ctx.live.of(users.scope.feed(viewer, args.tenantId));
      const present = [...presentAmong(live, viewer, args)];
      const shown = present.slice(0, MAX_USERS).map(([userId, status]) => ({ userId, status }));
      return { users: shown, totalCount: present.length };
    },
  }),
);

const PresenceChanged = builder
  .objectRef<{ readonly changes: readonly UserPresence[] }>('PresenceChanged')
  .implement({
    description: 'The users whose presence the client has not seen yet; at first, all who are there.',
    rule: inherited,
    fields: (t) => ({
      changes: t.field({
        type: [UserPresenceType],
        description: `The users with their present status, by id, at most ${MAX_USERS}: further ones follow with the next event.`,
        ...listing(MAX_USERS),
        resolve: ({ changes }) => [...changes],
      }),
    }),
  });

type Seen = ReadonlyMap<string, PresenceStatus>;

const NO_ONE: Seen = new Map();

observeField('presenceChanged', {
  type: PresenceChanged,
  description:
    'Emits who is there, and then every change of it, at most once a second and with all changes in one event. A user that the viewer no longer sees, or that wants to be seen by no one, becomes OFFLINE.',
  args: presenceArgs as never,
  spec: {
    rule: signedIn,
    feed: (viewer, args) => {
      askedIn(args as PresenceArgs);
      return users.scope.feed(viewer, args.tenantId);
    },
    set: connectionsOf,
    look: async (ctx, feed, args, seen: Seen | undefined) => {
      const present = presentAmong(await ctx.live.latest(feed), requireViewer(ctx).viewer, args);
      const changes = changesBetween(seen ?? NO_ONE, present);
      const told = changes.slice(0, MAX_USERS);
      if (seen && told.length === 0) return { value: null, seen };
      return {
        value: { changes: told },
        seen: seenAfter(seen ?? NO_ONE, told),
        hasMore: changes.length > told.length,
      };
    },
  },
});

function changesBetween(seen: Seen, present: Seen): UserPresence[] {
  const gone = [...seen.keys()].filter((userId) => !present.has(userId));
  const changed = [...present].filter(([userId, status]) => seen.get(userId) !== status);
  return [
    ...gone.map((userId): UserPresence => ({ userId, status: 'OFFLINE' })),
    ...changed.map(([userId, status]) => ({ userId, status })),
  ];
}

function seenAfter(seen: Seen, told: readonly UserPresence[]): Seen {
  const now = new Map(seen);
  for (const { userId, status } of told) {
    if (status === 'OFFLINE') now.delete(userId);
    else now.set(userId, status);
  }
  return now;
}

const PresenceSetInput = inputType('PresenceSetInput', 'What to set of one’s presence.', presenceSetInput);

const PresenceSetPayload = builder.objectRef<Payload<true>>('PresenceSetPayload').implement({
  description: 'The result of `presenceSet`.',
  rule: inherited,
  fields: (t) => outcomeFields(t),
});

builder.mutationField('presenceSet', (t) =>
  t.field({
    type: PresenceSetPayload,
    rule: signedIn,
    description:
      'Sets the viewer’s own presence: away for one client, or invisible for all. It sets a state, so it can be repeated without a key.',
    args: {
      input: t.arg({
        type: PresenceSetInput,
        required: true,
        description: 'What to set; what is left out stays.',
      }),
    },
    resolve: (_root, { input }, ctx) => settle(() => setPresence(requireSession(ctx), input)),
  }),
);
