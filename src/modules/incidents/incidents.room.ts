import './incidents.graph.ts';
import './incident-list.graph.ts';
import './incident-steps.graph.ts';
import './incident-updates.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { incidentOpened } from './incident-notices.ts';
import { incidentEntity, incidentUpdateEntity } from './incidents.changes.ts';
import { demo } from './incidents.demo.ts';

rooms.add({
  module: 'status',
  entities: [incidentEntity, incidentUpdateEntity],
  activities: [
    stepInWords(incidentEntity, 'incidentResolved', 'The incident {name} was resolved.', {
      status: 'RESOLVED',
    }),
  ],
  notifies: [incidentOpened],
  demo,
  personal: {
    Incident: {
      none: [
        'id',
        'organizationId',
        'tenantId',
        'teamId',
        'leadId',
        'title',
        'impact',
        'status',
        'key',
        'startedAt',
        'isBackdated',
        'resolvedAt',
        'lastStepAt',
        'serviceIds',
        'internalUpdates',
        'memberVersion',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    IncidentService: { none: ['incidentId', 'serviceId', 'status'] },
    IncidentUpdate: {
      none: [
        'id',
        'organizationId',
        'tenantId',
        'incidentId',
        'status',
        'message',
        'visibility',
        'occurredAt',
        'isBackdated',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
