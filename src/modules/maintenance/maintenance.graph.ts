import { createArgs, updateArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { deleteField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { maintenanceRequests, mayReportMaintenance } from './maintenance.access.ts';
import {
  createRequest,
  deleteRequest,
  requestCreateInput,
  requestUpdateInput,
  updateRequest,
} from './maintenance.commands.ts';
import { MaintenanceRequestFilter, MaintenanceRequestOrder } from './request-type.graph.ts';

rowField('maintenanceRequest', maintenanceRequests);

rowsField('maintenanceRequests', maintenanceRequests, {
  filter: MaintenanceRequestFilter,
  order: MaintenanceRequestOrder,
});

commandField('maintenanceRequestCreate', maintenanceRequests, createArgs(requestCreateInput), {
  description: 'Reports a repair that is needed. The request belongs to the user who rents the unit now.',
  rule: mayReportMaintenance,
  run: (ctx, args) => createRequest(ctx, args),
});

commandField('maintenanceRequestUpdate', maintenanceRequests, updateArgs(requestUpdateInput), {
  description: 'Changes the given fields of a request. Residents change their own while it is OPEN.',
  rule: mayReportMaintenance,
  run: (ctx, args) => updateRequest(ctx, args),
});

deleteField(
  'maintenanceRequestDelete',
  maintenanceRequests,
  'Deletes a request that is OPEN. Others cannot be deleted.',
  deleteRequest,
);

changeFields(maintenanceRequests, MaintenanceRequestFilter, {
  created: 'maintenanceRequestCreated',
  updated: 'maintenanceRequestUpdated',
  deleted: 'maintenanceRequestDeleted',
  all: 'maintenanceRequestChanged',
});
