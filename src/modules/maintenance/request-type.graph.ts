import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { Node } from '../../graph/node.ts';

export const MaintenancePriority = builder.enumType('MaintenancePriority', {
  description: 'How urgent a maintenance request is.',
  values: {
    LOW: { description: 'When there is time.' },
    NORMAL: { description: 'In the normal order.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'At once: there is harm while it waits.' },
  } as const,
});

export const MaintenanceStatus = builder.enumType('MaintenanceStatus', {
  description: 'Status of a maintenance request.',
  values: {
    OPEN: { description: 'Reported and not assigned.' },
    ASSIGNED: { description: 'Assigned to somebody who has not begun.' },
    IN_PROGRESS: { description: 'Somebody is working on it.' },
    RESOLVED: { description: 'Done, according to the assignee.' },
    CLOSED: { description: 'Closed.' },
  } as const,
});

export const MaintenanceRequest = builder.prismaObject('MaintenanceRequest', {
  description: 'A repair that is needed in a unit. A resident sees its own.',
  interfaces: [Node],
  rule: may('maintenance:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant it is in.' }),
    customerId: t.exposeID('customerId', { description: 'The customer the unit belongs to.' }),
    propertyId: t.exposeID('propertyId', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    }),
    unitId: t.exposeID('unitId', { description: 'The unit it is about.' }),
    residentId: t.exposeID('residentId', {
      nullable: true,
      description:
        'The user who rented the unit when it was reported, who may be gone by now. Null if the unit was vacant.',
    }),
    title: t.exposeString('title', { description: 'Title of the problem.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Description of the problem. Null if not given.',
    }),
    priority: t.expose('priority', { type: MaintenancePriority, description: 'How urgent it is.' }),
    status: t.expose('status', { type: MaintenanceStatus, description: 'How far it is.' }),
    resolution: t.exposeString('resolution', {
      nullable: true,
      description: 'What was done. Null until it is RESOLVED, and if not given.',
    }),
    reopenReason: t.exposeString('reopenReason', {
      nullable: true,
      description: 'Why it was last reopened. Null if it never was, or if not given.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed. Null unless it is CLOSED.',
    }),
  }),
});

export const MaintenanceRequestConnection = connectionType('MaintenanceRequest', MaintenanceRequest);
