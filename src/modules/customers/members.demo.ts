import type { DemoTenant } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Customer } from '../../generated/prisma/client.ts';
import { addressOf, createPeople, type DemoAccount } from '../users/people.demo.ts';
import { tenantPersonName } from '../users/person-names.demo.ts';
import { STAFF_ACCOUNTS } from '../users/users.demo.ts';

/** The accounts of members of every tenant's first customer, and then of its second. */
export const MEMBER_ACCOUNTS: readonly (readonly DemoAccount[])[] = [
  [
    { mailbox: 'owner', role: 'OWNER' },
    { mailbox: 'manager', role: 'MANAGER' },
    { mailbox: 'resident', role: 'RESIDENT' },
  ],
  [{ mailbox: 'owner2', role: 'OWNER' }],
];

/** Creates the members of a tenant's first customers. The first account of each is its contact person. */
export async function createMembers(
  tx: Transaction,
  { tenant: { id: tenantId, slug }, number, passwordHash }: DemoTenant,
  customers: readonly Customer[],
): Promise<void> {
  const people = MEMBER_ACCOUNTS.flatMap((accounts, which) => {
    const customer = customers[which];
    if (!customer) throw new Error(`The demo tenant ${slug} has too few customers for its accounts.`);
    return accounts.map((account, index) => ({
      email: addressOf(account, slug),
      role: account.role,
      name:
        account.role === 'OWNER'
          ? (customer.contactName ?? customer.company)
          : tenantPersonName(number, STAFF_ACCOUNTS.length + index),
      company: customer.company,
      customerId: customer.id,
      tenantId,
    }));
  });
  await createPeople(tx, people, passwordHash);
}
