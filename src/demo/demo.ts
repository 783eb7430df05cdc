import type { Origin } from '../changes/recording.ts';
import type { Transactions } from '../changes/transactions.ts';
import { systemActor } from '../core/rows/actor.ts';
import type { DemoTenant } from '../core/rows/demo-data.ts';
import type { Transaction } from '../core/rows/transact.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { createOrganization, ORGANIZATIONS } from '../modules/organizations/organizations.demo.ts';
import { createTenant, TENANTS, type TenantFacts } from '../modules/tenants/tenants.demo.ts';
import { DEMO_DOMAIN, DEMO_PASSWORD } from '../modules/users/people.demo.ts';
import { demoData } from '../rooms.ts';

/** The dependencies of `loadDemo`. */
export interface DemoParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of'>;
  hashPassword(password: string): Promise<string>;
  readonly keepFile: DemoTenant['keepFile'];
}

const ORIGIN: Origin = {
  actor: systemActor('demo data'),
  requestId: null,
  ip: null,
};

/**
 * Fills an empty database with the demo data of the rooms, through the change log like everything else. A database that
 * holds other data is left alone.
 *
 * Each organization and each tenant is a transaction, and the administrator of the platform comes last. So a load
 * that was cut short is recognised by the missing administrator, and the next one adds what is not there yet. Nodes that
 * start together wait for each other at the unique slugs and addresses, and leave out what the other one has made.
 */
export async function loadDemo({ prisma, transactions, hashPassword, keepFile }: DemoParts): Promise<void> {
  if (!(await isWanting(prisma))) return;
  // Hashing is slow on purpose; one hash for all accounts reveals nothing, because the password is published.
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const transact = transactions.of(ORIGIN);
  let number = 0;
  for (const organization of ORGANIZATIONS) {
    const { value: organizationId } = await transact((tx) =>
      loadOrganization(tx, organization, passwordHash),
    );
    for (const tenant of TENANTS[organization.slug]) {
      const facts = { ...tenant, number, passwordHash, keepFile };
      await transact((tx) => loadTenant(tx, organizationId, facts));
      number += 1;
    }
  }
  await transact(async (tx) => {
    for (const demo of demoData) await demo.platform?.(tx, { passwordHash });
  });
}

/**
 * Tells whether all users are demo accounts, and none is an administrator of the platform. An operator who replaces the
 * demo administrator does not get the old one, and its well-known password, back at the next start.
 */
async function isWanting(prisma: PrismaClient): Promise<boolean> {
  const found = await prisma.user.findFirst({
    where: { OR: [{ role: 'PLATFORM_ADMIN' }, { NOT: { email: { endsWith: DEMO_DOMAIN } } }] },
    select: { id: true },
  });
  return found === null;
}

/** Creates an organization with the demo data of the rooms, unless it is there. Answers its id. */
async function loadOrganization(
  tx: Transaction,
  facts: (typeof ORGANIZATIONS)[number],
  passwordHash: string,
): Promise<string> {
  const organization = await createOrganization(tx, facts);
  if (!organization) {
    return (await tx.db.organization.findUniqueOrThrow({ where: { slug: facts.slug } })).id;
  }
  for (const demo of demoData) await demo.organization?.(tx, { organization, passwordHash });
  return organization.id;
}

/** Creates a tenant with the demo data of the rooms, unless it is there. */
async function loadTenant(
  tx: Transaction,
  organizationId: string,
  facts: TenantFacts & Omit<DemoTenant, 'tenant'>,
): Promise<void> {
  const tenant = await createTenant(tx, facts, organizationId);
  if (!tenant) return;
  for (const demo of demoData) await demo.tenant?.(tx, { ...facts, tenant });
}
