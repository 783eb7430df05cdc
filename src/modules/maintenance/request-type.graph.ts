import { may } from '../../core/rights/rules.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { maintenanceRequests } from './maintenance.access.ts';

enumType('MaintenancePriority', 'Priority of a maintenance request.', {
  LOW: 'When there is time.',
  NORMAL: 'In the normal order.',
  HIGH: 'Before others.',
  URGENT: 'Immediately: it does harm while it waits.',
});

export const MaintenanceStatus = enumType('MaintenanceStatus', 'Status of a maintenance request.', {
  OPEN: 'Reported and not assigned.',
  ASSIGNED: 'Assigned to a user who has not begun.',
  IN_PROGRESS: 'The assignee is working on it.',
  RESOLVED: 'Done, according to the assignee.',
  CLOSED: 'Closed.',
});

rowType('MaintenanceRequest', maintenanceRequests, {
  description: 'A repair that is needed in a unit. A resident sees its own.',
  columns: {
    tenantId: 'The tenant it is in.',
    customerId: 'The customer the unit belongs to.',
    propertyId: {
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    },
    unitId: 'The unit it is about.',
    residentId:
      'The user who rented the unit when it was reported, who may no longer exist. Null if the unit was vacant.',
    title: 'Title of the problem.',
    description: 'Description of the problem. Null if not given.',
    priority: 'Priority of the request.',
    status: 'Status of the request.',
    resolution: 'The work done. Null until it is RESOLVED, and if not given.',
    reopenReason: 'The reason for the last reopening. Null if it was never reopened, or if not given.',
    closedAt: 'The time of closing. Null unless it is CLOSED.',
  },
});

export const MaintenanceRequestFilter = filterInput(maintenanceRequests, {
  title: 'By title.',
  description: 'By description.',
  priority: 'By priority.',
  status: 'By status.',
  customerId: 'By the id of the customer.',
  propertyId: 'By the id of the property.',
  unitId: 'By the id of the unit.',
  residentId: { idOf: 'User', description: 'By the id of the resident it belongs to.' },
  reporterId: { idOf: 'User', description: 'By the id of the user who reported it.' },
  assigneeId: { idOf: 'User', description: 'By the id of the assignee.' },
  teamId: 'By the id of the team.',
  closedAt: 'By the time of closing.',
});

export const MaintenanceRequestOrder = orderInput(maintenanceRequests, ['createdAt', 'desc'], {
  title: 'By title.',
  priority: 'By priority, from LOW to URGENT.',
  status: 'By status, from OPEN to CLOSED.',
  closedAt: 'By the time of closing. Requests that are not closed come last, with DESC first.',
});
