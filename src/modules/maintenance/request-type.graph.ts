import { may, type Rule } from '../../core/rules.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import type { MaintenanceRequest as MaintenanceRequestRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Node } from '../../graph/node.ts';
import { propertiesVisibleTo, unitsVisibleTo } from '../properties/properties.access.ts';
import { seesOnlySelf, usersVisibleTo } from '../users/users.access.ts';

export const MaintenancePriority = builder.enumType('MaintenancePriority', {
  description: 'How much a request for maintenance presses.',
  values: {
    LOW: { description: 'When there is time.' },
    NORMAL: { description: 'In its turn.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'At once: there is harm while it waits.' },
  } as const,
});

export const MaintenanceStatus = builder.enumType('MaintenanceStatus', {
  description: 'How far a request for maintenance is.',
  values: {
    OPEN: { description: 'Reported, and nobody’s yet.' },
    ASSIGNED: { description: 'Somebody is to see to it.' },
    IN_PROGRESS: { description: 'Somebody is at it.' },
    RESOLVED: { description: 'Done, as whoever was at it says.' },
    CLOSED: { description: 'Over.' },
  } as const,
});

const unitOfId = rowLoader({
  find: ({ unit }, ids) => unit.findMany({ where: { id: { in: ids } } }),
  visibleTo: unitsVisibleTo,
});

const propertyOfId = rowLoader({
  find: ({ property }, ids) => property.findMany({ where: { id: { in: ids } } }),
  visibleTo: propertiesVisibleTo,
});

const userOfId = rowLoader({
  find: ({ user }, ids) => user.findMany({ where: { id: { in: ids } } }),
  visibleTo: usersVisibleTo,
});

const mayReadUsers = may('users:read');
const reportedItOrMayReadUsers: Rule<MaintenanceRequestRow> = (viewer, request) =>
  mayReadUsers(viewer) || request?.reporterId === viewer.userId;

export const MaintenanceRequest = builder.prismaObject('MaintenanceRequest', {
  description: 'Something that is to be mended in a unit. A resident sees its own.',
  interfaces: [Node],
  rule: may('maintenance:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant it is in.' }),
    customerId: t.exposeID('customerId', { description: 'The customer whose unit it is about.' }),
    propertyId: t.exposeID('propertyId', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    }),
    property: t.prismaField({
      type: 'Property',
      nullable: true,
      rule: may('properties:read'),
      columns: [],
      description: 'The property of the unit. Null if the viewer may not read properties, or not see it.',
      resolve: (_query, { propertyId }, _args, ctx) => propertyOfId(ctx, propertyId),
    }),
    unitId: t.exposeID('unitId', { description: 'The unit it is about.' }),
    unit: t.prismaField({
      type: 'Unit',
      nullable: true,
      rule: may('units:read'),
      columns: [],
      isPersonal: seesOnlyOwn,
      description:
        'The unit it is about. Null if the viewer may not see it: a resident who has moved out does not.',
      resolve: (_query, { unitId }, _args, ctx) => unitOfId(ctx, unitId),
    }),
    residentId: t.exposeID('residentId', {
      nullable: true,
      description:
        'The user who rented the unit when it was reported, who may be gone by now. Null if the unit stood empty.',
    }),
    reporter: t.prismaField({
      type: 'User',
      nullable: true,
      columns: ['reporterId'],
      rule: reportedItOrMayReadUsers,
      isPersonal: seesOnlySelf,
      description: 'Who reported it. Null if the viewer may not see that user, or not any more.',
      resolve: (_query, { reporterId }, _args, ctx) => userOfId(ctx, reporterId),
    }),
    assignee: t.prismaField({
      type: 'User',
      nullable: true,
      columns: ['assigneeId'],
      rule: mayReadUsers,
      description: 'Who is to see to it. Null if that is nobody yet, or the viewer may not see that user.',
      resolve: (_query, { assigneeId }, _args, ctx) => (assigneeId ? userOfId(ctx, assigneeId) : null),
    }),
    title: t.exposeString('title', { description: 'What is wrong, in a few words.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What is wrong, at length. Null if nobody said.',
    }),
    priority: t.expose('priority', { type: MaintenancePriority, description: 'How much it presses.' }),
    status: t.expose('status', { type: MaintenanceStatus, description: 'How far it is.' }),
    resolution: t.exposeString('resolution', {
      nullable: true,
      description: 'What was done about it. Null until it is RESOLVED, and if nobody said.',
    }),
    reopenReason: t.exposeString('reopenReason', {
      nullable: true,
      description: 'Why it was reopened, the last time. Null if it never was, or nobody said.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed. Null unless it is CLOSED.',
    }),
  }),
});

export const MaintenanceRequestConnection = connectionType('MaintenanceRequest', MaintenanceRequest);
