import type { ObjectFieldBuilder } from '@pothos/core';
import { requireViewer } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Where } from '../../core/rights/where.ts';
import { type Change, rowLost } from '../../core/rows/change.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { SystemStatus as SystemStatusRow } from '../../generated/prisma/client.ts';
import { rowEvent } from '../../graph/events/change-event.ts';
import { followSpecOf } from '../../graph/events/change-source.ts';
import { everyChange } from '../../graph/events/every-change.ts';
import type { FollowSpec } from '../../graph/events/follow.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import { columnFields } from '../../graph/rows/column-fields.ts';
import { builder, type Types } from '../../graph/schema/builder.ts';
import { scopeArgs } from '../../graph/schema/shared-args.ts';
import { NO_SERVICES, type RollUp, sumOf } from './roll-up.ts';
import { systemStatuses } from './system-status.access.ts';

/** Makes the fields of every roll-up: each has these columns. */
function rollUpFields<Row extends RollUp>(t: ObjectFieldBuilder<Types, Row>) {
  return columnFields(t as unknown as ObjectFieldBuilder<Types, SystemStatusRow>, systemStatuses, {
    status: 'The worst status of the services; OPERATIONAL if there are none.',
    operational: 'The number of services that are OPERATIONAL.',
    underMaintenance: 'The number of services that are UNDER_MAINTENANCE.',
    degraded: 'The number of services with DEGRADED_PERFORMANCE.',
    partialOutage: 'The number of services with a PARTIAL_OUTAGE.',
    majorOutage: 'The number of services with a MAJOR_OUTAGE.',
    openIncidents:
      'The number of incidents that affect the services and are not resolved, whatever status they give.',
  });
}

// It has an id and is no Node: it appears with the services that it counts.
const SystemStatus = builder.objectRef<SystemStatusRow>('SystemStatus').implement({
  description:
    'The services of one owner, all or those of a group, in one status. At every position of the feed it agrees with the list of services. Once all its counts are zero, it no longer exists.',
  rule: systemStatuses.rule,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id.' }),
    version: t.exposeInt('version', { description: 'Grows with every change of the counts.' }),
    tenantId: t.exposeID('tenantId', {
      nullable: true,
      description: 'The tenant. Null if its organization shares the services with all its tenants.',
    }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'The group. Null if it is about all services of the owner.',
    }),
    ...rollUpFields(t),
  }),
});

/** The services of a group, of a tenant and of its organization together. */
interface Group extends RollUp {
  readonly name: string;
}

const SystemStatusGroup = builder.objectRef<Group>('SystemStatusGroup').implement({
  description: 'The services of a group, those of the tenant and those that are shared together.',
  rule: inherited,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the group.' }),
    ...rollUpFields(t),
  }),
});

/** All services in a scope. */
interface Summary extends RollUp {
  readonly rollUps: SystemStatusRow[];
  readonly feed: string;
}

const SystemStatusSummary = builder.objectRef<Summary>('SystemStatusSummary').implement({
  description:
    'The services of a tenant and those that its organization shares, or the shared ones alone, in one status.',
  rule: inherited,
  fields: (t) => ({
    ...rollUpFields(t),
    groups: t.field({
      type: [SystemStatusGroup],
      description: 'The groups of the services, by name.',
      resolve: ({ rollUps }) => groupsOf(rollUps),
    }),
    rollUps: t.field({
      type: [SystemStatus],
      description:
        'The roll-ups of which this is the sum: of each owner one of all its services, and one of each group. `systemStatusChanged` brings their changes.',
      resolve: ({ rollUps }) => rollUps,
    }),
    feedCursor: t.field({
      type: 'Cursor',
      description:
        'The feed position taken before anything else in this operation was read: subscribe `after` it to receive every later change.',
      resolve: ({ feed }, _args, ctx) => feedCursor(ctx, feed),
    }),
  }),
});

function groupsOf(rollUps: readonly SystemStatusRow[]): Group[] {
  const groups = new Map<string, RollUp>();
  for (const { group, ...rollUp } of rollUps) {
    if (group !== null) groups.set(group, sumOf(groups.get(group) ?? NO_SERVICES, rollUp));
  }
  const named = [...groups].map(([name, rollUp]) => ({ name, ...rollUp }));
  return named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

builder.queryField('systemStatus', (t) =>
  t.field({
    type: SystemStatusSummary,
    rule: systemStatuses.rule,
    description:
      'The status of all services of a tenant, its own and those that its organization shares, or of the shared ones of an organization.',
    args: scopeArgs(t.arg, systemStatuses.scope),
    resolve: async (_root, args, ctx) => {
      const { viewer } = requireViewer(ctx);
      const { tenantId, organizationId } = args as { tenantId?: string; organizationId?: string };
      const feed = systemStatuses.scope.feed(viewer, tenantId, organizationId);
      requireModuleOf(systemStatuses.entity, viewer, tenantId);
      const wanted = await systemStatuses.scope.rows(feed, ctx.db);
      const where = { AND: [wanted, systemStatuses.visibleTo(viewer)] } as Where<SystemStatusRow>;
      const rollUps = await ctx.db.systemStatus.findMany({
        where: toPrismaWhere(where),
        orderBy: { id: 'asc' },
      });
      const all = rollUps.filter(({ group }) => group === null).reduce<RollUp>(sumOf, NO_SERVICES);
      return { ...all, rollUps, feed };
    },
  }),
);

const SystemStatusChanged = rowEvent(
  'SystemStatusChanged',
  'The status of all services of an owner, or of those of a group, changed.',
  systemStatuses,
  'systemStatus',
);

const events = {
  created: 'SystemStatusChanged',
  updated: 'SystemStatusChanged',
  deleted: 'SystemStatusChanged',
};
const everyStep = followSpecOf({ rows: systemStatuses, events }, { hasPositions: false });

/**
 * A roll-up that is deleted has been updated to zeros before. One that a tenant loses, because it leaves the
 * organization, was not: the loss itself shows it with zeros.
 */
const spec: FollowSpec = {
  ...everyStep,
  view: (...asked) => {
    const view = everyStep.view(...asked);
    return (change) => {
      const item = view(change);
      if (!item || change.kind !== 'DELETED') return item;
      const lost = rowLost(change as Change<SystemStatusRow>);
      return lost && { ...item, row: { ...lost, ...NO_SERVICES, version: lost.version + 1 } };
    };
  },
};

followField('systemStatusChanged', {
  type: SystemStatusChanged,
  description:
    'Emits when the status of all services, or of those of a group, changes: of the tenant, or of its organization.',
  args: (arg) => scopeArgs(arg, systemStatuses.scope),
  spec,
});

everyChange.add(systemStatuses, spec, [SystemStatusChanged]);
