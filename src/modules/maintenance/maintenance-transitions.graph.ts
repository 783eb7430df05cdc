import { may } from '../../core/rights/rules.ts';
import { rowCommandField } from '../../graph/commands/row-commands.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { maintenanceRequests, mayReportMaintenance } from './maintenance.access.ts';
import {
  assignRequest,
  reopenRequest,
  requestReopenInput,
  setRequestStatus,
} from './maintenance-transitions.commands.ts';
import { MaintenanceRequestFilter, MaintenanceStatus } from './request-type.graph.ts';

rowCommandField('maintenanceRequestAssign', maintenanceRequests, {
  description:
    'Assigns a request, which becomes ASSIGNED. Once work has begun it can be reassigned, but not unassigned.',
  rule: may('maintenance:write'),
  args: (arg) => ({
    assigneeId: arg.id({
      description:
        'Staff of the tenant, or an OWNER or MANAGER of the customer, who may write maintenance. Null unassigns it, and the request is OPEN again. Must be given.',
      ...idOf('User'),
    }),
  }),
  run: (ctx, args) => assignRequest(ctx, args),
});

rowCommandField('maintenanceRequestStatusSet', maintenanceRequests, {
  description:
    'Advances a request: from ASSIGNED to IN_PROGRESS, to RESOLVED, to CLOSED. Residents can close their own RESOLVED requests.',
  rule: mayReportMaintenance,
  args: (arg) => ({
    status: arg({
      type: MaintenanceStatus,
      required: true,
      description: 'IN_PROGRESS, RESOLVED or CLOSED; the others come by assigning and reopening.',
    }),
    resolution: arg.string({ description: 'The work done, only with RESOLVED; at most 10,000 characters.' }),
  }),
  run: (ctx, args) => setRequestStatus(ctx, args),
});

const MaintenanceRequestReopenInput = inputType(
  'MaintenanceRequestReopenInput',
  'The reason for reopening a maintenance request.',
  requestReopenInput,
);

rowCommandField('maintenanceRequestReopen', maintenanceRequests, {
  description:
    'Reopens a request that is RESOLVED or CLOSED: it becomes ASSIGNED if it still has an assignee, otherwise OPEN. Residents can reopen their own RESOLVED requests.',
  rule: mayReportMaintenance,
  args: (arg) => ({
    input: arg({ type: MaintenanceRequestReopenInput, description: 'The reason.' }),
  }),
  run: (ctx, args) => reopenRequest(ctx, args),
});

domainEventField('maintenanceRequestAssigned', maintenanceRequests, {
  description: 'A maintenance request was assigned or reassigned.',
  filter: MaintenanceRequestFilter,
  happens: (before, after) => after.assigneeId !== null && after.assigneeId !== before?.assigneeId,
});

domainEventField('maintenanceRequestStatusChanged', maintenanceRequests, {
  description: 'A maintenance request changed its status.',
  filter: MaintenanceRequestFilter,
  happens: (before, after) => before !== null && before.status !== after.status,
});
