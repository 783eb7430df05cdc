import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { MaintenanceRequest as MaintenanceRequestRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { maintenanceRequestsVisibleTo, mayReportMaintenance } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { createRequest, deleteRequest, updateRequest } from './maintenance.commands.ts';
import { MaintenanceRequestFilter, MaintenanceRequestOrder } from './request-filter.graph.ts';
import {
  MaintenancePriority,
  MaintenanceRequest,
  MaintenanceRequestConnection,
} from './request-type.graph.ts';

builder.queryField('maintenanceRequest', (t) =>
  t.prismaField({
    type: MaintenanceRequest,
    nullable: true,
    rule: may('maintenance:read'),
    description: 'One maintenance request. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the request.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(maintenanceRequestsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.maintenanceRequest.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('maintenanceRequests', (t) =>
  t.field({
    type: MaintenanceRequestConnection,
    rule: may('maintenance:read'),
    description: 'The maintenance requests of a tenant, the latest first unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: MaintenanceRequestFilter, description: 'Only requests that match this filter.' }),
      orderBy: t.arg({ type: MaintenanceRequestOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'MaintenanceRequest', viewer });
      return listPage<MaintenanceRequestRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'createdAt', direction: 'desc' },
        where: { AND: [{ tenantId }, maintenanceRequestsVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.maintenanceRequest.findMany(query),
        count: (where) => ctx.db.maintenanceRequest.count({ where }),
      });
    },
  }),
);

const MaintenanceRequestCreateInput = builder.inputType('MaintenanceRequestCreateInput', {
  description: 'A new maintenance request.',
  fields: (t) => ({
    unitId: t.id({ required: true, description: 'The unit it is about; for residents, the one they rent.' }),
    title: t.string({ required: true, description: 'What is wrong, 200 characters at most.' }),
    description: t.string({ description: 'What is wrong, 10,000 characters at most.' }),
    priority: t.field({ type: MaintenancePriority, description: 'How urgent it is; NORMAL if absent.' }),
  }),
});

const MaintenanceRequestUpdateInput = builder.inputType('MaintenanceRequestUpdateInput', {
  description: 'Changes to a maintenance request. An omitted field keeps its value.',
  fields: (t) => ({
    title: t.string({ description: 'What is wrong, 200 characters at most.' }),
    description: t.string({ description: 'What is wrong, 10,000 characters at most; null removes it.' }),
    priority: t.field({ type: MaintenancePriority, description: 'How urgent it is.' }),
  }),
});

commandField('maintenanceRequestCreate', {
  description: 'Reports a repair that is needed. The request belongs to whoever rents the unit now.',
  rule: mayReportMaintenance,
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    input: arg({ type: MaintenanceRequestCreateInput, required: true, description: 'The new request.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createRequest(ctx, input, idempotencyKey),
});

commandField('maintenanceRequestUpdate', {
  description: 'Changes the given fields of a request. Residents change their own while it is OPEN.',
  rule: mayReportMaintenance,
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    input: arg({ type: MaintenanceRequestUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateRequest(ctx, id, input, expectedVersion),
});

commandField('maintenanceRequestDelete', {
  description: 'Deletes a request that is OPEN. Others cannot be deleted.',
  rule: may('maintenance:write'),
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteRequest(ctx, id, expectedVersion),
});

changeFields({
  noun: 'maintenanceRequest',
  typeName: 'MaintenanceRequest',
  type: MaintenanceRequest,
  entity: maintenanceRequestEntity,
  rule: may('maintenance:read'),
  visibleTo: maintenanceRequestsVisibleTo,
  isPersonal: seesOnlyOwn,
  feed: tenantInScope,
  isOfTenant: true,
  filter: MaintenanceRequestFilter,
  fields: {
    created: 'maintenanceRequestCreated',
    updated: 'maintenanceRequestUpdated',
    deleted: 'maintenanceRequestDeleted',
    all: 'maintenanceRequestChanged',
  },
});
