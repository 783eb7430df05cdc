import type { MaintenanceWindow, MaintenanceWindowStatus as Status } from '../../generated/prisma/client.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { services } from '../services/services.access.ts';
import { mayReadTeams, teams } from '../teams/teams.access.ts';
import { maintenanceWindows } from './maintenance-windows.access.ts';

enumType('MaintenanceWindowStatus', 'Status of a maintenance window.', {
  SCHEDULED: 'Planned: it starts by itself.',
  IN_PROGRESS: 'Running: its services are under maintenance, and it ends by itself.',
  COMPLETED: 'Over.',
  CANCELLED: 'Cancelled, before it started or while it was running.',
});

rowType('MaintenanceWindow', maintenanceWindows, {
  description:
    'A planned time in which services are under maintenance: of a tenant, or of an organization and so of all its tenants.',
  columns: {
    tenantId: 'The tenant. Null if it is of the organization, and so shared by all its tenants.',
    title: 'The title.',
    description: 'What will be done. Null if not given.',
    status: 'The status.',
    startsAt: 'The planned start.',
    endsAt: 'The planned end.',
    startedAt: 'When it started. Null until it does.',
    endedAt:
      'When it was completed, or cancelled while it was running. Null until it is, and if it never started.',
  },
  fields: (t) => ({
    serviceIds: t.idList({
      description: 'The ids of its services, by id.',
      resolve: ({ serviceIds }) => serviceIds,
    }),
  }),
});

relationField('MaintenanceWindow', 'organization', organizations, {
  description: 'The organization. Null if the viewer may not see it.',
  column: 'organizationId',
});

relationField('MaintenanceWindow', 'team', teams, {
  description: 'The team that does it. Null if there is none, or the viewer may not see it.',
  column: 'teamId',
  rule: mayReadTeams,
});

relatedRowsField('MaintenanceWindow', 'services', services, {
  description: 'Its services, by name.',
  where: ({ serviceIds }) => ({ id: { in: serviceIds } }),
  order: ['name', 'asc'],
});

const MaintenanceWindowFilter = filterInput(maintenanceWindows, {
  title: 'By title.',
  description: 'By description.',
  status: 'By status.',
  startsAt: 'By the planned start.',
  endsAt: 'By the planned end.',
  startedAt: 'By the time when it started.',
  endedAt: 'By the time when it ended.',
  serviceIds: 'By the id of a service.',
  teamId: 'By the id of the team that does it.',
});

const MaintenanceWindowOrder = orderInput(maintenanceWindows, ['startsAt', 'desc'], {
  title: 'By title.',
  status: 'By status, from SCHEDULED to CANCELLED.',
  startsAt: 'By the planned start.',
  endsAt: 'By the planned end.',
  startedAt: 'By the time when it started. Those that have not come last, with DESC first.',
  endedAt: 'By the time when it ended. Those that have not come last, with DESC first.',
});

rowField('maintenanceWindow', maintenanceWindows);

rowsField('maintenanceWindows', maintenanceWindows, {
  filter: MaintenanceWindowFilter,
  order: MaintenanceWindowOrder,
});

changeFields(maintenanceWindows, MaintenanceWindowFilter, {
  created: 'maintenanceWindowScheduled',
  updated: 'maintenanceWindowUpdated',
  deleted: 'maintenanceWindowDeleted',
  all: 'maintenanceWindowChanged',
});

domainEventField('maintenanceWindowStarted', maintenanceWindows, {
  description: 'A maintenance window started.',
  filter: MaintenanceWindowFilter,
  happens: becomes('IN_PROGRESS'),
});

domainEventField('maintenanceWindowCompleted', maintenanceWindows, {
  description: 'A maintenance window was completed.',
  filter: MaintenanceWindowFilter,
  happens: becomes('COMPLETED'),
});

domainEventField('maintenanceWindowCancelled', maintenanceWindows, {
  description: 'A maintenance window was cancelled.',
  filter: MaintenanceWindowFilter,
  happens: becomes('CANCELLED'),
});

function becomes(status: Status) {
  return (before: Pick<MaintenanceWindow, 'status'> | null, after: Pick<MaintenanceWindow, 'status'>) =>
    before?.status !== status && after.status === status;
}
