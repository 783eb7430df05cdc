import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { builder } from '../../graph/builder.ts';
import { domainEventField } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { maintenanceRequestsVisibleTo, mayReportMaintenance } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { assignRequest, reopenRequest, setRequestStatus } from './maintenance-transitions.commands.ts';
import { MaintenanceRequestFilter } from './request-filter.graph.ts';
import { MaintenanceRequest, MaintenanceStatus } from './request-type.graph.ts';

commandField('maintenanceRequestAssign', {
  description:
    'Says who is to see to a request, which is ASSIGNED then. Work that has begun is given to somebody else, never to nobody.',
  rule: may('maintenance:write'),
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    assigneeId: arg.id({
      description:
        'Staff of the tenant, or an OWNER or MANAGER of the customer, who may write maintenance. Null: nobody, and the request is OPEN again. Must be given.',
    }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, assigneeId, expectedVersion }) => assignRequest(ctx, id, assigneeId, expectedVersion),
});

commandField('maintenanceRequestStatusSet', {
  description:
    'Moves a request on: from ASSIGNED to IN_PROGRESS, to RESOLVED, to CLOSED. Residents close their own that is RESOLVED.',
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
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, status, resolution, expectedVersion }) =>
    setRequestStatus(ctx, id, { status, resolution }, expectedVersion),
});

const MaintenanceRequestReopenInput = builder.inputType('MaintenanceRequestReopenInput', {
  description: 'Why a request for maintenance is taken up again.',
  fields: (t) => ({
    reason: t.string({ description: 'Why it is not over, 10,000 characters at most.' }),
  }),
});

commandField('maintenanceRequestReopen', {
  description:
    'Takes up again what is RESOLVED or CLOSED: ASSIGNED to whoever still has it, else OPEN. Residents reopen their own that is RESOLVED.',
  rule: mayReportMaintenance,
  noun: 'maintenanceRequest',
  type: MaintenanceRequest,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the request.' }),
    input: arg({ type: MaintenanceRequestReopenInput, description: 'Why it is taken up again.' }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
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
  description: 'A request for maintenance was given to somebody, be it from somebody else.',
  happens: (before, after) => after.assigneeId !== null && after.assigneeId !== before?.assigneeId,
});

domainEventField('maintenanceRequestStatusChanged', {
  ...followed,
  description: 'A request for maintenance has another status than before.',
  happens: (before, after) => before !== null && before.status !== after.status,
});
