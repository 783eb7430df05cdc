import './maintenance.graph.ts';
import './maintenance-transitions.graph.ts';
import './request-relations.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { demo } from './maintenance.demo.ts';
import { unassignRequests } from './maintenance.reactions.ts';
import { maintenanceRequestAssigned } from './maintenance-notices.ts';

rooms.add({
  module: 'maintenance',
  entities: [maintenanceRequestEntity],
  activities: [
    stepInWords(
      maintenanceRequestEntity,
      'maintenanceRequestAssigned',
      'The maintenance request {name} was assigned.',
      { status: 'ASSIGNED' },
    ),
    stepInWords(
      maintenanceRequestEntity,
      'maintenanceRequestResolved',
      'The maintenance request {name} was resolved.',
      { status: 'RESOLVED' },
    ),
    stepInWords(
      maintenanceRequestEntity,
      'maintenanceRequestClosed',
      'The maintenance request {name} was closed.',
      { status: 'CLOSED' },
    ),
  ],
  notifies: [maintenanceRequestAssigned],
  reactions: [unassignRequests],
  permissions,
  demo,
  personal: {
    MaintenanceRequest: {
      about: { customer: ['customerId'], user: ['residentId'] },
      erase: ['title', 'description', 'resolution', 'reopenReason'],
      export: ['id', 'propertyId', 'unitId', 'priority', 'status', 'closedAt', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'customerId',
        'residentId',
        'reporterId',
        'reporterOfPlatform',
        'assigneeId',
        'teamId',
        'version',
      ],
    },
  },
});
