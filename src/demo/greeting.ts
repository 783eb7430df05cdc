import { MEMBER_ACCOUNTS } from '../modules/customers/members.demo.ts';
import { ORGANIZATIONS } from '../modules/organizations/organizations.demo.ts';
import { TENANTS } from '../modules/tenants/tenants.demo.ts';
import { addressOf, DEMO_PASSWORD } from '../modules/users/people.demo.ts';
import { ORGANIZATION_ACCOUNTS, PLATFORM_ACCOUNTS, STAFF_ACCOUNTS } from '../modules/users/users.demo.ts';

/** Lists the demo accounts, for the terminal in which the server has just started. */
export function demoAccounts(): string {
  const [acme, ...others] = ORGANIZATIONS.flatMap(({ slug }) => TENANTS[slug]);
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
