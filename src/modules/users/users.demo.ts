import type { DemoData } from '../../core/rows/demo-data.ts';
import { addressOf, createPeople, type DemoAccount } from './people.demo.ts';
import { personName, tenantPersonName } from './person-names.demo.ts';

/** The accounts of the platform itself. */
export const PLATFORM_ACCOUNTS: readonly DemoAccount[] = [
  { mailbox: 'platform', role: 'PLATFORM_ADMIN' },
  { mailbox: 'support', role: 'PLATFORM_SUPPORT' },
];

/** The accounts of every organization. */
export const ORGANIZATION_ACCOUNTS: readonly DemoAccount[] = [
  { mailbox: 'admin', role: 'ORGANIZATION_ADMIN' },
];

/** The accounts of every tenant's own staff. */
export const STAFF_ACCOUNTS: readonly DemoAccount[] = [
  { mailbox: 'admin', role: 'TENANT_ADMIN', department: 'Management' },
  { mailbox: 'admin2', role: 'TENANT_ADMIN', department: 'Operations' },
  { mailbox: 'support', role: 'SUPPORT', department: 'Support' },
  { mailbox: 'csr', role: 'CSR', department: 'Customer service' },
];

/** The attributes of the staff, by mailbox. */
const ATTRIBUTES: Readonly<Record<string, string[]>> = {
  admin: ['finance', 'clearance=5', 'site=headquarters', 'trained-until=2030-01-01T00:00:00Z'],
  admin2: ['clearance=4', 'site=headquarters', 'trained-until=2030-01-01T00:00:00Z'],
  support: ['finance', 'clearance=2', 'site=north'],
  csr: ['contractor', 'clearance=1', 'trained-until=2020-01-01T00:00:00Z'],
};

/** Where the names begin that no tenant's people have. */
const FIRST_NAMES = { organizations: 900, platform: 980 };

/** The people of the platform, of each organization, and of each tenant's staff. */
export const demo: DemoData = {
  async platform(tx, { passwordHash }) {
    const people = PLATFORM_ACCOUNTS.map((account, index) => ({
      email: addressOf(account),
      role: account.role,
      name: personName(FIRST_NAMES.platform + index),
      company: 'Lockstep',
    }));
    await createPeople(tx, people, passwordHash);
  },

  async organization(tx, { organization: { id, name, slug }, passwordHash }) {
    const people = ORGANIZATION_ACCOUNTS.map((account, index) => ({
      email: addressOf(account, slug),
      role: account.role,
      name: personName(FIRST_NAMES.organizations + slug.length + index),
      company: name,
      organizationId: id,
    }));
    await createPeople(tx, people, passwordHash);
  },

  async tenant(tx, { tenant: { id, name, slug }, number, passwordHash }) {
    const people = STAFF_ACCOUNTS.map((account, index) => ({
      email: addressOf(account, slug),
      role: account.role,
      name: tenantPersonName(number, index),
      department: account.department,
      attributes: ATTRIBUTES[account.mailbox],
      company: name,
      tenantId: id,
    }));
    await createPeople(tx, people, passwordHash);
  },
};
