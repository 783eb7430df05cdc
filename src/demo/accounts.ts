import type { Role } from '../generated/prisma/client.ts';
import { ORGANIZATIONS } from './names-tenants.ts';

/** The password of every demo account. */
export const DEMO_PASSWORD = 'lockstep-demo';

/** Every demo address ends like this, and nobody else's does. */
export const DEMO_DOMAIN = 'demo.lockstep.dev';

/** The accounts of the platform itself. */
export const PLATFORM_ACCOUNTS = [
  { mailbox: 'platform', role: 'PLATFORM_ADMIN' },
  { mailbox: 'support', role: 'PLATFORM_SUPPORT' },
] as const satisfies readonly Account[];

/** The accounts of every organization. */
export const ORGANIZATION_ACCOUNTS: readonly Account[] = [{ mailbox: 'admin', role: 'ORGANIZATION_ADMIN' }];

/** The accounts of every tenant's own staff. */
export const STAFF_ACCOUNTS: readonly Account[] = [
  { mailbox: 'admin', role: 'TENANT_ADMIN', department: 'Management' },
  { mailbox: 'admin2', role: 'TENANT_ADMIN', department: 'Operations' },
  { mailbox: 'support', role: 'SUPPORT', department: 'Support' },
  { mailbox: 'csr', role: 'CSR', department: 'Customer service' },
];

/** The accounts of members of every tenant's first customer, and then of its second. */
export const MEMBER_ACCOUNTS: readonly (readonly Account[])[] = [
  [
    { mailbox: 'owner', role: 'OWNER' },
    { mailbox: 'manager', role: 'MANAGER' },
    { mailbox: 'resident', role: 'RESIDENT' },
  ],
  [{ mailbox: 'owner2', role: 'OWNER' }],
];

interface Account {
  readonly mailbox: string;
  readonly role: Role;
  readonly department?: string;
}

/** The address of an account; without the slug of a tenant or organization, one of the platform. */
export function addressOf({ mailbox }: Account, slug?: string): string {
  return [`${mailbox}@${slug ?? ''}`, DEMO_DOMAIN].join(slug ? '.' : '');
}

/** Lists the accounts for whoever has just started the server. */
export function demoAccounts(): string {
  const [acme, ...others] = ORGANIZATIONS.flatMap(({ tenants }) => tenants);
  const accounts = [
    ...PLATFORM_ACCOUNTS.map((account) => ({ ...account, slug: undefined })),
    ...ORGANIZATIONS.flatMap(({ slug }) => ORGANIZATION_ACCOUNTS.map((account) => ({ ...account, slug }))),
    ...[...STAFF_ACCOUNTS, ...MEMBER_ACCOUNTS.flat()].map((account) => ({ ...account, slug: acme?.slug })),
  ];
  return [
    `Demo accounts, all with the password ${DEMO_PASSWORD}:`,
    ...accounts.map((account) => `  ${addressOf(account, account.slug).padEnd(44)}${account.role}`),
    `and those of acme again for globex and ${others.length - 1} small tenants.`,
    '',
  ].join('\n');
}
