import type { Entity } from '../../core/rows/change.ts';
import type { Plan } from '../../generated/prisma/client.ts';

/** The change-log entity of plans. */
export const planEntity: Entity<Plan> = {
  name: 'Plan',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    plan_tenant_id_name_key: { field: 'name', refusal: 'The tenant has a plan of this name already.' },
  },
};
