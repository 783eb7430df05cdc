import type { Transaction } from '../core/transact.ts';
import type { Customer, Prisma } from '../generated/prisma/client.ts';
import { customerEntity } from '../modules/customers/customers.changes.ts';
import { planEntity } from '../modules/plans/plans.changes.ts';
import { tenantEntity } from '../modules/tenants/tenants.changes.ts';
import { addressOf, MEMBER_ACCOUNTS, STAFF_ACCOUNTS } from './accounts.ts';
import { customersOf } from './customers.ts';
import { createHomes } from './homes.ts';
import { createMaintenance } from './maintenance.ts';
import { personName } from './names-people.ts';
import type { DemoTenant } from './names-tenants.ts';
import { createPeople } from './people.ts';
import { plansOf } from './plans.ts';
import { attributesOf, createAttributes, createPolicies } from './policies.ts';

/** Where a tenant of the demo data stands among the others. */
interface Place {
  readonly organizationId: string;
  readonly number: number;
}

/** Where the names of the tenants' people begin, behind those of their customers, and how far apart. */
const FIRST_NAME = 300;
const STRIDE = 23;

/**
 * Creates a tenant with all that belongs to it, unless it is there. Counts of customers, members and properties are left to the
 * reactions, which make a change of every step: that keeps each row's version equal to the number of its changes.
 */
export async function createTenant(
  tx: Transaction,
  demo: DemoTenant,
  { organizationId, number }: Place,
  passwordHash: string,
): Promise<void> {
  const { slug, name, businessType } = demo;
  const data = { organizationId, slug, name, businessType };
  const [tenant] = await tx.db.tenant.createManyAndReturn({ data, skipDuplicates: true });
  if (!tenant) return;
  await tx.db.feedHead.create({ data: { feed: tenant.id } });
  tx.created(tenantEntity, tenant);

  const plans = await tx.db.plan.createManyAndReturn({ data: plansOf(demo, tenant.id) });
  for (const plan of plans) tx.created(planEntity, plan);

  await createAttributes(tx, tenant.id);
  await createPolicies(tx, tenant.id);

  const customers = await tx.db.customer.createManyAndReturn({
    data: customersOf(demo, number, plans).map((customer) => ({ ...customer, tenantId: tenant.id })),
  });
  for (const customer of customers) tx.created(customerEntity, customer);

  const people = [...staffOf(demo, number), ...membersOf(demo, number, customers)];
  const users = await createPeople(
    tx,
    people.map((person) => ({ ...person, tenantId: tenant.id })),
    passwordHash,
  );

  const resident = users.find(({ role }) => role === 'RESIDENT');
  const holders = { customers: customers.slice(0, demo.landlords), resident };
  const units = await createHomes(tx, holders, demo.currency);
  await createMaintenance(tx, units, users);
}

function staffOf({ slug, name }: DemoTenant, number: number): Prisma.UserCreateManyInput[] {
  return STAFF_ACCOUNTS.map((account, index) => ({
    email: addressOf(account, slug),
    role: account.role,
    name: personName(FIRST_NAME + number * STRIDE + index),
    department: account.department,
    attributes: attributesOf(account),
    company: name,
  }));
}

/** The first account of each customer is the owner that the customer names. */
function membersOf(
  { slug }: DemoTenant,
  number: number,
  customers: readonly Customer[],
): Prisma.UserCreateManyInput[] {
  return MEMBER_ACCOUNTS.flatMap((accounts, which) => {
    const customer = customers[which];
    if (!customer) throw new Error(`The demo tenant ${slug} has too few customers for its accounts.`);
    return accounts.map((account, index) => ({
      email: addressOf(account, slug),
      role: account.role,
      name:
        account.role === 'OWNER'
          ? customer.owner
          : personName(FIRST_NAME + number * STRIDE + STAFF_ACCOUNTS.length + index),
      company: customer.company,
      customerId: customer.id,
    }));
  });
}
