import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { forgetOldDeliveries, KEPT_DAYS } from '../../../src/modules/webhooks/kept-deliveries.ts';
import {
  type Claimed,
  claimDue,
  endDelivered,
  leaseWebhooks,
} from '../../../src/transport/webhooks/delivery-store.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const DAY_MS = 86_400_000;
let database: OpenDatabase;
let webhookId: string;

beforeEach(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const organization = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const of = { organizationId: organization.id, name: 'Acme', slug: 'acme' };
  const { id: tenantId } = await prisma.tenant.create({ data: of });
  const data = { tenantId, makerId: crypto.randomUUID(), name: 'Ours', url: 'https://a.test', document: '' };
  const webhook = await prisma.webhook.create({
    data: { ...data, progress: { create: { cursor: 'start' } } },
  });
  webhookId = webhook.id;
});

afterEach(() => database.drop());

/** Makes deliveries of an entity, with these statuses, which ended so many days ago. */
async function deliveries(
  entityId: string,
  made: readonly { readonly status: 'PENDING' | 'DELIVERED' | 'EXHAUSTED'; readonly days: number | null }[],
): Promise<void> {
  await database.prisma.webhookDelivery.createMany({
    data: made.map(({ status, days }, place) => ({
      ...{ webhookId, kind: 'EVENT', entityId, eventId: crypto.randomUUID(), type: 'customer.updated' },
      ...{ cursor: `${place}`, place, occurredAt: new Date(), status },
      endedAt: days === null ? null : new Date(Date.now() - days * DAY_MS),
    })),
  });
}

test('61 L: the log of deliveries is pruned some in each statement, and a pending delivery stays, however old', async () => {
  const { prisma } = database;
  const entityId = crypto.randomUUID();
  await deliveries(entityId, [
    ...Array.from({ length: 7 }, () => ({ status: 'DELIVERED', days: KEPT_DAYS + 1 }) as const),
    { status: 'EXHAUSTED', days: KEPT_DAYS + 1 },
    { status: 'DELIVERED', days: KEPT_DAYS - 1 },
    { status: 'PENDING', days: null },
    // A replay of an old build: it waits again, and its end was not taken back.
    { status: 'PENDING', days: KEPT_DAYS + 1 },
  ]);
  const removed: number[] = [];
  const counting = {
    $executeRaw: async (...args: Parameters<typeof prisma.$executeRaw>) => {
      const count = await prisma.$executeRaw(...args);
      removed.push(count);
      return count;
    },
  };

  await forgetOldDeliveries(counting as never, 3);

  expect(removed).toEqual([3, 3, 2]);
  const left = await prisma.webhookDelivery.findMany({ orderBy: { place: 'asc' } });
  expect(left.map(({ status }) => status)).toEqual(['DELIVERED', 'PENDING', 'PENDING']);
});

test('61 O D: of two nodes that compete for a webhook one delivers at a time, each event once and in order of its entity', async () => {
  const { prisma } = database;
  const nodes = [crypto.randomUUID(), crypto.randomUUID()] as const;
  const entities = [crypto.randomUUID(), crypto.randomUUID()];
  for (const entityId of entities)
    await deliveries(
      entityId,
      Array.from({ length: 6 }, () => ({ status: 'PENDING', days: null }) as const),
    );
  const sent: Claimed[] = [];
  const holders: string[] = [];

  for (let round = 0; sent.length < 12 && round < 40; round += 1) {
    // Each round the lease has run out, as that of a node that is slow; in every other one its node is lost.
    await prisma.$executeRaw`UPDATE webhook_progress SET lease_until = now() - interval '1 second'`;
    const asking = round % 2 === 0 ? nodes : nodes.filter((nodeId) => nodeId !== holders.at(-1));
    const leased = await Promise.all(asking.map((nodeId) => leaseWebhooks(prisma, nodeId, 10)));
    const { leaseId } = await prisma.webhookProgress.findUniqueOrThrow({ where: { webhookId } });
    holders.push(`${leaseId}`);
    expect(leased.flat().length).toBeGreaterThan(0);
    const claims = await Promise.all(
      nodes.map((nodeId) => claimDue(prisma, { webhookId, version: 1, nodeId }, 10)),
    );
    const loser = nodes.findIndex((nodeId) => nodeId !== leaseId);
    expect(claims[loser]).toEqual([]);
    const mine = claims.flat();
    expect(new Set(mine.map(({ entityId }) => entityId)).size).toBe(mine.length);
    // No node claims a delivery in flight until it has ended.
    expect(
      (
        await Promise.all(nodes.map((nodeId) => claimDue(prisma, { webhookId, version: 1, nodeId }, 10)))
      ).flat(),
    ).toEqual([]);
    sent.push(...mine);
    for (const claim of mine) await endDelivered(prisma, claim);
  }

  expect(new Set(sent.map(({ id }) => id)).size).toBe(12);
  for (const entityId of entities)
    expect(sent.filter((one) => one.entityId === entityId).map(({ cursor }) => cursor)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  expect(new Set(holders)).toEqual(new Set(nodes));
});
