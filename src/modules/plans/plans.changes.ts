import type { Entity } from '../../core/change.ts';
import type { Plan } from '../../generated/prisma/client.ts';

/** How a plan enters the change log. */
export const planEntity: Entity<Plan> = {
  name: 'Plan',
  table: 'plan',
  columns: [
    'id',
    'tenantId',
    'name',
    'monthlyPriceMinor',
    'currency',
    'maxProperties',
    'maxMembers',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: () => ({}),
};
