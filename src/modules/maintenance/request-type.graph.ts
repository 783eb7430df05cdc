import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { Node } from '../../graph/node.ts';

export const MaintenancePriority = builder.enumType('MaintenancePriority', {
  description: 'How much a request for maintenance presses.',
  values: {
    LOW: { description: 'When there is time.' },
    NORMAL: { description: 'In its turn.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'At once: there is harm while it waits.' },
  } as const,
});

export const MaintenanceStatus = builder.enumType('MaintenanceStatus', {
  description: 'How far a request for maintenance is.',
  values: {
    OPEN: { description: 'Reported, and nobody’s yet.' },
    ASSIGNED: { description: 'Somebody is to see to it.' },
    IN_PROGRESS: { description: 'Somebody is at it.' },
    RESOLVED: { description: 'Done, as whoever was at it says.' },
    CLOSED: { description: 'Over.' },
  } as const,
});

export const MaintenanceRequest = builder.prismaObject('MaintenanceRequest', {
  description: 'Something that is to be mended in a unit. A resident sees its own.',
  interfaces: [Node],
  rule: may('maintenance:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant it is in.' }),
    customerId: t.exposeID('customerId', { description: 'The customer whose unit it is about.' }),
    propertyId: t.exposeID('propertyId', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    }),
    unitId: t.exposeID('unitId', { description: 'The unit it is about.' }),
    residentId: t.exposeID('residentId', {
      nullable: true,
      description:
        'The user who rented the unit when it was reported, who may be gone by now. Null if the unit stood empty.',
    }),
    title: t.exposeString('title', { description: 'What is wrong, in a few words.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What is wrong, at length. Null if nobody said.',
    }),
    priority: t.expose('priority', { type: MaintenancePriority, description: 'How much it presses.' }),
    status: t.expose('status', { type: MaintenanceStatus, description: 'How far it is.' }),
    resolution: t.exposeString('resolution', {
      nullable: true,
      description: 'What was done about it. Null until it is RESOLVED, and if nobody said.',
    }),
    reopenReason: t.exposeString('reopenReason', {
      nullable: true,
      description: 'Why it was reopened, the last time. Null if it never was, or nobody said.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed. Null unless it is CLOSED.',
    }),
  }),
});

export const MaintenanceRequestConnection = connectionType('MaintenanceRequest', MaintenanceRequest);
