import type { DemoData } from '../../core/rows/demo-data.ts';
import { readCondition } from './conditions/condition.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';

const POLICIES = [
  {
    name: 'Finance reads invoices',
    filePattern: '/finance/**',
    condition: '"finance" in user.attributes && user.attributes.clearance >= 2',
    effect: 'ALLOW',
  },
  {
    name: 'Staff reads what is shared',
    filePattern: '/shared/**',
    condition: 'user.customerId == ""',
    effect: 'ALLOW',
  },
  {
    name: 'No payroll for contractors',
    filePattern: '/finance/payroll/**',
    condition: '"contractor" in user.attributes',
    effect: 'DENY',
  },
  {
    name: 'Personal files need current training',
    filePattern: '/**/personal/**',
    condition: 'user.attributes["trained-until"] < now',
    effect: 'DENY',
  },
  {
    name: 'Members read the handbook',
    filePattern: '/handbook/*.pdf',
    condition: 'user.role in ["OWNER", "MANAGER", "RESIDENT"]',
    effect: 'ALLOW',
  },
] as const;

/** The policies of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant }) {
    const data = POLICIES.map((policy) => {
      const { cost, attributeNames } = readCondition(policy.condition);
      return {
        ...policy,
        tenantId: tenant.id,
        conditionCost: cost,
        attributeNames: [...attributeNames],
      };
    });
    const policies = await tx.db.fileAccessPolicy.createManyAndReturn({ data });
    for (const policy of policies) tx.created(fileAccessPolicyEntity, policy);
  },
};
