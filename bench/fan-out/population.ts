import { tmpdir } from 'node:os';
import { v7 as uuidv7 } from 'uuid';
import { loadSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { AccessTokens } from '../../src/modules/sessions/access-tokens.ts';
import { openWritingNode } from '../support/write-parts.ts';
import type { Seat } from './dialogue.ts';
import type { Seating } from './installation.ts';
import { ACCOUNT_UPDATED, CUSTOMER_UPDATED } from './operations.ts';

/** A subscriber that has no node yet. */
export type Person = Omit<Seat, 'port'>;

const LIFETIME_MS = 6 * 3_600_000;
const ROWS_AT_ONCE = 1_000;

interface Place {
  readonly tenantId: string;
  readonly customerId: string;
}

interface SignedIn extends Place {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * Puts users into the database of an installation that runs already: a tenant with one customer for each topic, and
 * for each subscriber a user of its own who is signed in: an administrator of the tenant, or a member of the customer
 * if each subscriber is to be one of a kind. They are written beside the change log, before any client subscribes.
 */
export async function populate(
  settings: Readonly<Record<string, string>>,
  { subscribers, topics, isPersonal = false }: Seating,
): Promise<Person[]> {
  const newPlace = (): Place => ({ tenantId: uuidv7(), customerId: uuidv7() });
  const places = Array.from({ length: topics }, newPlace);
  const users = Array.from({ length: subscribers }, (_, index): SignedIn => {
    const place = places[index % topics] ?? newPlace();
    return { userId: uuidv7(), sessionId: uuidv7(), ...place };
  });
  const { parts, close } = await openWritingNode(settings);
  try {
    await writePlaces(parts.prisma, places);
    await writeUsers(parts.prisma, users, isPersonal);
  } finally {
    await close();
  }
  const { accessTokens } = await loadSecrets({ jwtSecret: settings.JWT_SECRET, dataDir: tmpdir() });
  const issuer = new AccessTokens(accessTokens, systemClock, LIFETIME_MS);
  return Promise.all(
    users.map(async ({ tenantId, customerId: topic, ...user }) => {
      const { token } = await issuer.issue(user);
      const forStaff = { query: CUSTOMER_UPDATED, variables: { tenantId } };
      return { topic, token, operation: isPersonal ? { query: ACCOUNT_UPDATED } : forStaff };
    }),
  );
}

async function writePlaces(prisma: PrismaClient, places: readonly Place[]): Promise<void> {
  const organization = { id: uuidv7(), name: 'Bench', slug: uuidv7() };
  await prisma.organization.create({ data: organization });
  await inBatches(places, async (batch) => {
    await prisma.tenant.createMany({ data: batch.map((place) => tenantRow(organization.id, place)) });
    await prisma.feedHead.createMany({ data: batch.map(({ tenantId }) => ({ feed: tenantId })) });
    await prisma.customer.createMany({ data: batch.map(customerRow) });
  });
}

async function writeUsers(
  prisma: PrismaClient,
  users: readonly SignedIn[],
  areMembers: boolean,
): Promise<void> {
  const expiresAt = new Date(Date.now() + LIFETIME_MS);
  await inBatches(users, async (batch) => {
    await prisma.user.createMany({ data: batch.map((user) => userRow(user, areMembers)) });
    const sessions = batch.map(({ userId, sessionId: id }) => ({ id, userId, expiresAt }));
    await prisma.session.createMany({ data: sessions });
  });
}

function tenantRow(organizationId: string, { tenantId: id }: Place) {
  return { id, organizationId, name: 'Northwind', slug: id };
}

function customerRow({ tenantId, customerId: id }: Place) {
  return {
    id,
    tenantId,
    company: 'Northwind Property Holdings & Söhne GmbH',
    contactName: 'Adaeze Okonkwo-Lindström',
    email: 'adaeze.okonkwo@northwind-holdings.example',
    phone: '+49 30 5550 1873',
    status: 'ACTIVE' as const,
    internalNotes: 'Prefers to be called in the morning.',
  };
}

function userRow({ userId: id, tenantId, customerId }: SignedIn, isMember: boolean) {
  const person = { id, tenantId, name: 'Somebody', email: `${id}@bench.test` };
  return isMember
    ? { ...person, role: 'OWNER' as const, customerId }
    : { ...person, role: 'TENANT_ADMIN' as const };
}

async function inBatches<Item>(
  items: readonly Item[],
  write: (batch: Item[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += ROWS_AT_ONCE) {
    await write(items.slice(from, from + ROWS_AT_ONCE));
  }
}
