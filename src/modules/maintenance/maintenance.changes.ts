import type { Entity } from '../../core/change.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';

/** How a maintenance request enters the change log. */
export const maintenanceRequestEntity: Entity<MaintenanceRequest> = {
  name: 'MaintenanceRequest',
  table: 'maintenance_request',
  columns: [
    'id',
    'tenantId',
    'customerId',
    'propertyId',
    'unitId',
    'residentId',
    'reporterId',
    'assigneeId',
    'title',
    'description',
    'priority',
    'status',
    'resolution',
    'reopenReason',
    'closedAt',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['closedAt', 'createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ customerId, residentId }) => ({
    customer: customerId,
    ...(residentId && { user: residentId }),
  }),
};
