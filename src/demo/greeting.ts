import { MEMBER_ACCOUNTS } from '../modules/customers/members.demo.ts';
import { ORGANIZATIONS } from '../modules/organizations/organizations.demo.ts';
import { TENANTS } from '../modules/tenants/tenants.demo.ts';
import { addressOf, DEMO_PASSWORD } from '../modules/users/people.demo.ts';
import { ORGANIZATION_ACCOUNTS, PLATFORM_ACCOUNTS, STAFF_ACCOUNTS } from '../modules/users/users.demo.ts';

/** The demo accounts of the first tenant, of its organization and of the platform, with their one password. */
export function demoAccounts() {
  const acme = ORGANIZATIONS.flatMap(({ slug }) => TENANTS[slug])[0];
  const accounts = [
    ...PLATFORM_ACCOUNTS.map((account) => ({ ...account, slug: undefined })),
    ...ORGANIZATIONS.flatMap(({ slug }) => ORGANIZATION_ACCOUNTS.map((account) => ({ ...account, slug }))),
    ...[...STAFF_ACCOUNTS, ...MEMBER_ACCOUNTS.flat()].map((account) => ({ ...account, slug: acme?.slug })),
  ];
  return {
    password: DEMO_PASSWORD,
    accounts: accounts.map((account) => ({ email: addressOf(account, account.slug), role: account.role })),
  };
}

/** Lists the demo accounts, for the terminal in which the server has just started. */
export function greeting(): string {
  const { password, accounts } = demoAccounts();
  const others = ORGANIZATIONS.flatMap(({ slug }) => TENANTS[slug]).length - 1;
  return [
    `Demo accounts, all with the password ${password}:`,
    ...accounts.map(({ email, role }) => `  ${email.padEnd(44)}${role}`),
    `and those of acme again for globex and ${others - 1} small tenants.`,
    '',
  ].join('\n');
}
