import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import type { Transaction } from '../../../src/core/rows/transact.ts';
import { toPrismaWhere } from '../../../src/db/prisma-where.ts';
import type { NotificationCause, Payment, Prisma } from '../../../src/generated/prisma/client.ts';
import { fanOut } from '../../../src/modules/notifications/fan-out.ts';
import { followUp } from '../../../src/modules/notifications/follow-up.ts';
import { forgetOldNotifications } from '../../../src/modules/notifications/forgotten-notifications.ts';
import { notifications } from '../../../src/modules/notifications/notifications.access.ts';
import { paymentEntity } from '../../../src/modules/payments/payments.changes.ts';
import { userEntity } from '../../../src/modules/users/users.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = {
  actor: { kind: 'SYSTEM', id: null, name: 'test', isOfPlatform: true },
  requestId: null,
  ip: null,
};
/** More than two batches of recipients. */
const OWNERS = 600;

let database: OpenDatabase;
let tenantId: string;
let alder: string;
let birch: string;

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const tenant = await prisma.tenant.create({ data: { name: 'Acme', slug: 'acme', organizationId } });
  tenantId = tenant.id;
  await prisma.feedHead.create({ data: { feed: tenantId } });
  const customer = async (company: string) =>
    (await prisma.customer.create({ data: { company, tenantId } })).id;
  alder = await customer('Alder');
  birch = await customer('Birch');
  await prisma.user.createMany({
    data: Array.from({ length: OWNERS }, (_, n) => ({
      ...{ name: `Owner ${n}`, email: `owner-${n}@acme.test`, role: 'OWNER' as const },
      ...{ tenantId, customerId: alder },
    })),
  });
});

afterAll(() => database.drop());

function transact<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return database.transactions
    .of(ORIGIN as never)(work)
    .then(({ value }) => value);
}

/** Does the next batch of the only cause, as due work does. */
async function doNext(act: (tx: Transaction, cause: NotificationCause) => Promise<void>): Promise<void> {
  const cause = await database.prisma.notificationCause.findFirstOrThrow();
  await transact((tx) => act(tx, cause));
}

const causes = () => database.prisma.notificationCause.count();

async function aFailedPayment(): Promise<Payment> {
  const { prisma } = database;
  const place = { tenantId, customerId: alder };
  const name = crypto.randomUUID();
  const property = await prisma.property.create({ data: { ...place, name, address: '1 Alder Street' } });
  const unit = await prisma.unit.create({ data: { ...place, propertyId: property.id, label: '1' } });
  return transact(async (tx) =>
    tx.created(
      paymentEntity,
      await tx.db.payment.create({
        data: {
          ...{ ...place, propertyId: property.id, unitId: unit.id, status: 'FAILED' },
          ...{ amountMinor: 100n, currency: 'EUR' },
        },
      }),
    ),
  );
}

function ownerOf(customerId: string, userId: string): Viewer {
  const permissions = new Set(['payments:read']);
  const place = { tenantId, customerId, organizationId: null, reach: [tenantId], homeFeed: tenantId };
  return { userId, role: 'OWNER', permissions, modulesOff: {}, ...place } as unknown as Viewer;
}

function seenBy(viewer: Viewer): Promise<number> {
  const where = toPrismaWhere(notifications.visibleTo(viewer)) as Prisma.NotificationWhereInput;
  return database.prisma.notification.count({ where });
}

test('the transaction of a change writes one cause whatever the number of recipients, each of whom is notified once, 250 in a transaction', async () => {
  const { id } = await aFailedPayment();
  const { prisma } = database;
  expect([await causes(), await prisma.notification.count()]).toEqual([1, 0]);
  const counts: number[] = [];
  while ((await causes()) > 0) {
    await doNext(fanOut);
    counts.push(await prisma.notification.count({ where: { entityId: id } }));
  }
  expect(counts).toEqual([250, 500, 600]);
  expect(await prisma.notification.groupBy({ by: ['userId'], where: { entityId: id } })).toHaveLength(OWNERS);
});

test('X: a row that moves to another customer takes its notifications along, a batch at a time: its former viewers see and count none', async () => {
  const { prisma } = database;
  await prisma.notification.deleteMany();
  const payment = await aFailedPayment();
  while ((await causes()) > 0) await doNext(fanOut);
  const { userId } = await prisma.notification.findFirstOrThrow({ where: { entityId: payment.id } });
  expect([await seenBy(ownerOf(alder, userId)), await seenBy(ownerOf(birch, userId))]).toEqual([1, 0]);
  await transact((tx) => tx.update(paymentEntity, payment, { customerId: birch }));
  const moved = () => prisma.notification.count({ where: { subjectCustomerId: birch } });
  const counts: number[] = [];
  while ((await causes()) > 0) {
    await doNext(followUp);
    counts.push(await moved());
  }
  expect(counts).toEqual([250, 500, 600]);
  expect([await seenBy(ownerOf(alder, userId)), await seenBy(ownerOf(birch, userId))]).toEqual([0, 1]);
});

test('notifications that last happened half a year ago are deleted in batches, each with a change in the log; others stay', async () => {
  const { prisma } = database;
  await prisma.notification.deleteMany();
  await aFailedPayment();
  while ((await causes()) > 0) await doNext(fanOut);
  const age = (days: number, count: number) => prisma.$executeRaw`
    UPDATE notification SET last_at = now() - make_interval(days => ${days}) WHERE id IN (
      SELECT id FROM notification WHERE last_at > now() - interval '1 day' LIMIT ${count})`;
  await age(181, 7);
  await age(179, 10);
  const deletions = () => prisma.change.count({ where: { entity: 'Notification', kind: 'DELETED' } });
  const before = await deletions();
  await forgetOldNotifications(database.transactions, 3);
  expect(await prisma.notification.count()).toBe(OWNERS - 7);
  expect((await deletions()) - before).toBe(7);
});

test('the notifications of a user that is erased or deleted go with it, with its e-mails, and those of others stay', async () => {
  const { prisma } = database;
  await prisma.notification.deleteMany();
  const { id: entityId } = await aFailedPayment();
  while ((await causes()) > 0) await doNext(fanOut);
  const [erased, deleted, other] = await prisma.user.findMany({ orderBy: { id: 'asc' }, take: 3 });
  if (!erased || !deleted || !other) throw new Error('There are no owners.');
  const mail = { messageKey: 'notificationDigest', address: 'owner@acme.test', params: {} };
  await prisma.mailMessage.createMany({ data: [deleted, other].map(({ id }) => ({ ...mail, userId: id })) });
  await transact((tx) => tx.update(userEntity, erased, { erasedAt: new Date() }));
  await transact(async (tx) => {
    await tx.lockToDelete(userEntity, deleted.id);
    await tx.delete(userEntity, deleted);
  });
  const left = await prisma.notification.findMany({ where: { entityId }, orderBy: { userId: 'asc' } });
  expect(left).toHaveLength(OWNERS - 2);
  expect(left[0]?.userId).toBe(other.id);
  expect((await prisma.mailMessage.findMany()).map(({ userId }) => userId)).toEqual([other.id]);
});
