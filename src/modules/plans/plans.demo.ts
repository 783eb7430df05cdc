import type { DemoData } from '../../core/rows/demo-data.ts';
import { planEntity } from './plans.changes.ts';

/** The cheapest first. */
const PLANS = [
  { name: 'Starter', monthlyPriceMinor: 4_900, maxProperties: 10, maxMembers: 5 },
  { name: 'Growth', monthlyPriceMinor: 14_900, maxProperties: 100, maxMembers: 25 },
  { name: 'Scale', monthlyPriceMinor: 49_900, maxProperties: null, maxMembers: null },
] as const;
const COUNTS = { SMALL: 1, MEDIUM: 3, LARGE: 3 };

/** The plans of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant, size, currency }) {
    const data = PLANS.slice(0, COUNTS[size]).map((plan) => ({ ...plan, currency, tenantId: tenant.id }));
    const plans = await tx.db.plan.createManyAndReturn({ data });
    for (const plan of plans) tx.created(planEntity, plan);
  },
};
