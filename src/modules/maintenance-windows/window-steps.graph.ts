import { createField, rowCommandField, updateField } from '../../graph/commands/row-commands.ts';
import { mayWriteStatus } from '../services/services.access.ts';
import { maintenanceWindows } from './maintenance-windows.access.ts';
import {
  cancelWindow,
  extendWindow,
  maintenanceWindowScheduleInput,
  maintenanceWindowUpdateInput,
  scheduleWindow,
  updateWindow,
} from './maintenance-windows.commands.ts';

createField(
  'maintenanceWindowSchedule',
  maintenanceWindows,
  maintenanceWindowScheduleInput,
  scheduleWindow,
  'Schedules a maintenance window. It starts and ends by itself.',
);

updateField(
  'maintenanceWindowUpdate',
  maintenanceWindows,
  maintenanceWindowUpdateInput,
  updateWindow,
  'Changes the given fields of a maintenance window that is not over. Of one that has started the start stays.',
);

rowCommandField('maintenanceWindowExtend', maintenanceWindows, {
  description: 'Moves the end of a maintenance window that is not over to a later time.',
  rule: mayWriteStatus,
  args: (arg) => ({
    endsAt: arg({ type: 'DateTime', required: true, description: 'The new end, after the present one.' }),
  }),
  run: (ctx, args) => extendWindow(ctx, args),
});

rowCommandField('maintenanceWindowCancel', maintenanceWindows, {
  description:
    'Cancels a maintenance window that is not over. If it is running, its effect on services ends now.',
  rule: mayWriteStatus,
  args: () => ({}),
  run: (ctx, args) => cancelWindow(ctx, args),
});
