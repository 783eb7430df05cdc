import { isDeepStrictEqual } from 'node:util';
import { requireViewer } from '../../core/context.ts';
import { connectionsOf, type LiveConnection } from '../../core/feeds/live-connection.ts';
import { inherited } from '../../core/rights/rules.ts';
import { ofOneLevel } from '../../core/rights/scope.ts';
import type { Role as RoleValue } from '../../generated/prisma/enums.ts';
import { observeField } from '../../graph/events/observe-field.ts';
import { costing, listing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { mayReadConnections } from './connections.access.ts';

/** The connections that one answer has room for. */
const MAX_SHOWN = 250;
/** A query looks through all connections of the level, however few it shows. */
const COST_OF_LOOK = 1_000;

interface Stats {
  readonly total: number;
  readonly byRole: readonly { readonly role: RoleValue; readonly count: number }[];
  readonly byTopic: readonly { readonly topic: string; readonly count: number }[];
}

/** Counts what is there: no number is kept, so none can drift. */
function statsOf(open: readonly LiveConnection[]): Stats {
  const roles = new Map<RoleValue, number>();
  const topics = new Map<string, number>();
  for (const { role, topics: own } of open) {
    roles.set(role, (roles.get(role) ?? 0) + 1);
    for (const [topic, count] of Object.entries(own)) topics.set(topic, (topics.get(topic) ?? 0) + count);
  }
  return {
    total: open.length,
    byRole: [...roles].toSorted(byName).map(([role, count]) => ({ role, count })),
    byTopic: [...topics].toSorted(byName).map(([topic, count]) => ({ topic, count })),
  };
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

function openOnes(live: readonly LiveConnection[]): readonly LiveConnection[] {
  return live.filter(({ hasLeft }) => !hasLeft);
}

const RoleCount = builder.objectRef<Stats['byRole'][number]>('ConnectionsOfRole').implement({
  description: 'The open connections of the users of a role.',
  rule: inherited,
  fields: (t) => ({
    role: t.expose('role', { type: Role, description: 'The role.' }),
    count: t.exposeInt('count', { description: 'The number of connections.' }),
  }),
});

const TopicCount = builder.objectRef<Stats['byTopic'][number]>('SubscriptionsOfTopic').implement({
  description: 'The running subscriptions to a field.',
  rule: inherited,
  fields: (t) => ({
    topic: t.exposeString('topic', { description: 'The field of `Subscription`.' }),
    count: t.exposeInt('count', { description: 'The number of subscriptions.' }),
  }),
});

const ConnectionStats = builder.objectRef<Stats>('ConnectionStats').implement({
  description:
    'The open sockets and event streams of the users of one level, on all nodes. Those of a killed node leave the counts within `PRESENCE_LEASE_MS`.',
  rule: inherited,
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'The number of connections.' }),
    byRole: t.field({
      type: [RoleCount],
      description: 'The connections by the role of their users; the counts add up to `total`.',
      resolve: ({ byRole }) => [...byRole],
    }),
    byTopic: t.field({
      type: [TopicCount],
      description: 'The running subscriptions by field.',
      resolve: ({ byTopic }) => [...byTopic],
    }),
  }),
});

const { feed } = ofOneLevel;

builder.queryField('connectionStats', (t) =>
  t.field({
    type: ConnectionStats,
    rule: mayReadConnections,
    description:
      'Counts the open connections of the users of a tenant, or of the level of the viewer, on all nodes.',
    ...costing(COST_OF_LOOK),
    args: { tenantId: tenantArg(t.arg, ofOneLevel) },
    resolve: async (_root, { tenantId }, ctx) =>
      statsOf(openOnes(await ctx.live.of(feed(requireViewer(ctx).viewer, tenantId)))),
  }),
);

observeField('connectionStatsChanged', {
  type: ConnectionStats,
  description: 'Emits the counts of `connectionStats`, and then every change of them, at most once a second.',
  args: (arg) => ({ tenantId: tenantArg(arg, ofOneLevel) }),
  spec: {
    rule: mayReadConnections,
    feed: (viewer, { tenantId }) => feed(viewer, tenantId),
    set: connectionsOf,
    look: async (ctx, level, _args, seen: Stats | undefined) => {
      const stats = statsOf(openOnes(await ctx.live.latest(level)));
      return { value: isDeepStrictEqual(stats, seen) ? null : stats, seen: stats };
    },
  },
});

// Not `…Connection`: types of that name are pages of lists.
const ConnectedClient = builder.objectRef<LiveConnection>('ConnectedClient').implement({
  description: 'An open socket or event stream of a signed-in client, on any node.',
  rule: inherited,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, which `connection_ack` gave the client of a socket.' }),
    userId: t.exposeID('userId', { description: 'The id of the user.' }),
    role: t.expose('role', { type: Role, description: 'The role of the user.' }),
    since: t.field({
      type: 'DateTime',
      description: 'When the client signed in on it.',
      resolve: ({ since }) => new Date(since),
    }),
    isProgram: t.exposeBoolean('isProgram', { description: 'Whether an API token acts on it.' }),
    topics: t.field({
      type: [TopicCount],
      description: 'Its running subscriptions by field.',
      resolve: ({ topics }) =>
        Object.entries(topics)
          .toSorted(byName)
          .map(([topic, count]) => ({ topic, count })),
    }),
  }),
});

builder.queryField('connections', (t) =>
  t.field({
    type: [ConnectedClient],
    rule: mayReadConnections,
    description: `The open connections of the users of a tenant, or of the level of the viewer, on all nodes: the latest first, at most ${MAX_SHOWN}. Those of users who want to be seen by no one are among them.`,
    ...listing(MAX_SHOWN),
    args: { tenantId: tenantArg(t.arg, ofOneLevel) },
    resolve: async (_root, { tenantId }, ctx) => {
      const open = openOnes(await ctx.live.of(feed(requireViewer(ctx).viewer, tenantId)));
      return open
        .toSorted((a, b) => (a.since === b.since ? byName([a.id, 0], [b.id, 0]) : a.since < b.since ? 1 : -1))
        .slice(0, MAX_SHOWN);
    },
  }),
);
