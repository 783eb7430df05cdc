import type { Transaction } from '../core/transact.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { attributeEntity } from '../modules/attributes/attributes.changes.ts';
import { readCondition } from '../modules/file-access-policies/conditions/condition.ts';
import { fileAccessPolicyEntity } from '../modules/file-access-policies/file-access-policies.changes.ts';

const OF_PLATFORM = [
  { name: 'contractor', description: 'Works here without being employed here.' },
  {
    name: 'clearance',
    valueType: 'NUMBER',
    description: 'Up to which level somebody may read, from 1 to 5.',
  },
  {
    name: 'trained-until',
    valueType: 'DATE_TIME',
    description: 'When the data protection training runs out.',
  },
] as const;

const OF_TENANT = [
  { name: 'finance', description: 'Works with invoices and payments.' },
  { name: 'site', valueType: 'STRING', description: 'Where somebody works.' },
] as const;

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

/** What the accounts hold, by mailbox. */
const HELD: Readonly<Record<string, string[]>> = {
  admin: ['finance', 'clearance=5', 'site=headquarters', 'trained-until=2030-01-01T00:00:00Z'],
  admin2: ['clearance=4', 'site=headquarters', 'trained-until=2030-01-01T00:00:00Z'],
  support: ['finance', 'clearance=2', 'site=north'],
  csr: ['contractor', 'clearance=1', 'trained-until=2020-01-01T00:00:00Z'],
};

/** The attributes of an account. */
export function attributesOf({ mailbox }: { readonly mailbox: string }): string[] {
  return HELD[mailbox] ?? [];
}

/** Creates the pool of a tenant, which is null for the platform, unless it is there. */
export async function createAttributes(tx: Transaction, tenantId: string | null): Promise<void> {
  const data: Prisma.AttributeCreateManyInput[] = tenantId
    ? OF_TENANT.map((one) => ({ ...one, tenantId, scope: 'TENANT' }))
    : OF_PLATFORM.map((one) => ({ ...one, scope: 'PLATFORM' }));
  const attributes = await tx.db.attribute.createManyAndReturn({ data, skipDuplicates: true });
  for (const attribute of attributes) tx.created(attributeEntity, attribute);
}

/** Creates the policies of a new tenant. */
export async function createPolicies(tx: Transaction, tenantId: string): Promise<void> {
  const data = POLICIES.map((policy) => {
    const { cost, attributeNames } = readCondition(policy.condition);
    return { ...policy, tenantId, conditionCost: cost, attributeNames: [...attributeNames] };
  });
  const policies = await tx.db.fileAccessPolicy.createManyAndReturn({ data });
  for (const policy of policies) tx.created(fileAccessPolicyEntity, policy);
}
