import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { builder } from '../../graph/builder.ts';
import { domainEventField } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { expectedVersionArg } from '../../graph/shared-args.ts';
import { maintenanceRequestsVisibleTo, mayReportMaintenance } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { assignRequest, reopenRequest, setRequestStatus } from './maintenance-transitions.commands.ts';
import { MaintenanceRequestFilter } from './request-filter.graph.ts';
import { MaintenanceRequest, MaintenanceStatus } from './request-type.graph.ts';

commandField('maintenanceRequestAssign', {
  description:
    'Assigns a request, which becomes ASSIGNED. Once work has begun it can be reassigned, but not unassigned.',
  rule: may('maintenance:write'),
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    assigneeId: arg.id({
      description:
        'Staff of the tenant, or an OWNER or MANAGER of the customer, who may write maintenance. Null unassigns it, and the request is OPEN again. Must be given.',
    }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, assigneeId, expectedVersion }) => assignRequest(ctx, id, assigneeId, expectedVersion),
});

commandField('maintenanceRequestStatusSet', {
  description:
    'Advances a request: from ASSIGNED to IN_PROGRESS, to RESOLVED, to CLOSED. Residents can close their own RESOLVED requests.',
  rule: mayReportMaintenance,
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    status: arg({
      type: MaintenanceStatus,
      required: true,
      description: 'IN_PROGRESS, RESOLVED or CLOSED; the others come by assigning and reopening.',
    }),
    resolution: arg.string({ description: 'With RESOLVED: what was done, 10,000 characters at most.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, status, resolution, expectedVersion }) =>
    setRequestStatus(ctx, id, { status, resolution }, expectedVersion),
});

const MaintenanceRequestReopenInput = builder.inputType('MaintenanceRequestReopenInput', {
  description: 'Why a maintenance request is taken up again.',
  fields: (t) => ({
    reason: t.string({ description: 'Why it is not over, 10,000 characters at most.' }),
  }),
});

commandField('maintenanceRequestReopen', {
  description:
    'Reopens a request that is RESOLVED or CLOSED: it becomes ASSIGNED if it still has an assignee, otherwise OPEN. Residents can reopen their own RESOLVED requests.',
  rule: mayReportMaintenance,
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    input: arg({ type: MaintenanceRequestReopenInput, description: 'Why it is taken up again.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => reopenRequest(ctx, id, input, expectedVersion),
});

const followed = {
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
} as const;

domainEventField('maintenanceRequestAssigned', {
  ...followed,
  description: 'A maintenance request was assigned or reassigned.',
  happens: (before, after) => after.assigneeId !== null && after.assigneeId !== before?.assigneeId,
});

domainEventField('maintenanceRequestStatusChanged', {
  ...followed,
  description: 'A maintenance request changed its status.',
  happens: (before, after) => before !== null && before.status !== after.status,
});
