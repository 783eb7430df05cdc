import type { Prisma } from '../generated/prisma/client.ts';
import type { DemoTenant } from './names-tenants.ts';

const PLANS = [
  { name: 'Starter', monthlyPriceMinor: 4_900, maxProperties: 10, maxMembers: 5 },
  { name: 'Growth', monthlyPriceMinor: 14_900, maxProperties: 100, maxMembers: 25 },
  { name: 'Scale', monthlyPriceMinor: 49_900, maxProperties: null, maxMembers: null },
] as const;

/** The plans of a tenant, the cheapest first. */
export function plansOf({ plans, currency }: DemoTenant, tenantId: string): Prisma.PlanCreateManyInput[] {
  return PLANS.slice(0, plans).map((plan) => ({ ...plan, currency, tenantId }));
}
