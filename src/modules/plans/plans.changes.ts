import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Plan } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  PLAN_NAME_TAKEN: 'The tenant has a plan of this name already.',
});

/** The change-log entity of plans. */
export const planEntity: Entity<Plan> = {
  name: 'Plan',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    plan_tenant_id_name_key: { field: 'name', refusal: TAKEN.PLAN_NAME_TAKEN() },
  },
};
