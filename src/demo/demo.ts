import type { Origin } from '../changes/recording.ts';
import type { Transactions } from '../changes/transactions.ts';
import type { Transaction } from '../core/transact.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { organizationEntity } from '../modules/organizations/organizations.changes.ts';
import {
  addressOf,
  DEMO_DOMAIN,
  DEMO_PASSWORD,
  ORGANIZATION_ACCOUNTS,
  PLATFORM_ACCOUNTS,
} from './accounts.ts';
import { personName } from './names-people.ts';
import { type DemoOrganization, ORGANIZATIONS } from './names-tenants.ts';
import { createPeople } from './people.ts';
import { createAttributes } from './policies.ts';
import { createTenant } from './tenants.ts';

/** What loading needs. */
export interface DemoParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of'>;
  hashPassword(password: string): Promise<string>;
}

/** Where the names begin that no tenant's people have. */
const FIRST_NAMES = { organizations: 900, platform: 980 };

const ORIGIN: Origin = {
  actor: { kind: 'SYSTEM', id: null, name: 'demo data' },
  requestId: null,
  ip: null,
};

/**
 * Fills an empty database with demo data, through the change log like everything else. A database that holds anybody
 * else's data is left alone.
 *
 * Each organization and each tenant is a transaction, and the administrator of the platform comes last. So a load
 * that was cut short is recognised by who is missing, and the next one adds what is not there yet. Nodes that load at
 * once wait for each other at the unique slugs and addresses, and leave out what the other one has made.
 */
export async function loadDemo({ prisma, transactions, hashPassword }: DemoParts): Promise<void> {
  if (!(await isWanting(prisma))) return;
  // Hashing is slow on purpose; one hash for all accounts of a password that everybody knows gives nothing away.
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const transact = transactions.of(ORIGIN);
  let number = 0;
  for (const demo of ORGANIZATIONS) {
    const { value: organizationId } = await transact((tx) => createOrganization(tx, demo, passwordHash));
    for (const tenant of demo.tenants) {
      const place = { organizationId, number };
      await transact((tx) => createTenant(tx, tenant, place, passwordHash));
      number += 1;
    }
  }
  await transact(async (tx) => {
    await createAttributes(tx, null);
    await createPlatformPeople(tx, passwordHash);
  });
}

/**
 * Tells whether there is nobody but demo accounts, and no administrator among them. Whoever replaces the demo
 * administrator by one of their own does not get the old one, and its well-known password, back at the next start.
 */
async function isWanting(prisma: PrismaClient): Promise<boolean> {
  const somebody = await prisma.user.findFirst({
    where: { OR: [{ role: 'PLATFORM_ADMIN' }, { NOT: { email: { endsWith: DEMO_DOMAIN } } }] },
    select: { id: true },
  });
  return somebody === null;
}

async function createOrganization(
  tx: Transaction,
  { name, slug }: DemoOrganization,
  passwordHash: string,
): Promise<string> {
  const data = { name, slug };
  const [organization] = await tx.db.organization.createManyAndReturn({ data, skipDuplicates: true });
  if (!organization) return (await tx.db.organization.findUniqueOrThrow({ where: { slug } })).id;
  await tx.db.feedHead.create({ data: { feed: organization.id } });
  tx.created(organizationEntity, organization);
  const people = ORGANIZATION_ACCOUNTS.map((account, index) => ({
    email: addressOf(account, slug),
    role: account.role,
    name: personName(FIRST_NAMES.organizations + slug.length + index),
    organizationId: organization.id,
    company: name,
  }));
  await createPeople(tx, people, passwordHash);
  return organization.id;
}

async function createPlatformPeople(tx: Transaction, passwordHash: string): Promise<void> {
  const people = PLATFORM_ACCOUNTS.map((account, index) => ({
    email: addressOf(account),
    role: account.role,
    name: personName(FIRST_NAMES.platform + index),
    company: 'Lockstep',
  }));
  await createPeople(tx, people, passwordHash);
}
