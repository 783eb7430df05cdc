import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Transaction } from '../../../src/core/rows/transact.ts';
import type { Customer, Message } from '../../../src/generated/prisma/client.ts';
import { customerEntity } from '../../../src/modules/customers/customers.changes.ts';
import { removeNextMarks, removeNextMessages } from '../../../src/modules/messages/messages.reactions.ts';
import { userEntity } from '../../../src/modules/users/users.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = {
  actor: { kind: 'SYSTEM', id: null, name: 'test', isOfPlatform: true },
  requestId: null,
  ip: null,
};
/** More than two batches. */
const MANY = 600;

let database: OpenDatabase;
let tenantId: string;

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const tenant = await prisma.tenant.create({ data: { name: 'Acme', slug: 'acme', organizationId } });
  tenantId = tenant.id;
  await prisma.feedHead.create({ data: { feed: tenantId } });
});

afterAll(() => database.drop());

function transact<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return database.transactions
    .of(ORIGIN as never)(work)
    .then(({ value }) => value);
}

/** A customer about whom there are many messages, each of which another user has read. */
async function aTalkedAbout(company: string): Promise<Customer> {
  const { prisma } = database;
  const customer = await prisma.customer.create({ data: { company, tenantId } });
  const { id: conversationId } = customer;
  const about = { conversationId, customerId: conversationId, subjectType: 'CUSTOMER' as const };
  const ids = Array.from({ length: MANY }, () => crypto.randomUUID());
  const now = Date.now();
  await prisma.message.createMany({
    data: ids.map((authorId, number) => ({
      ...{ ...about, tenantId, authorId, isFromStaff: true, isInternal: false, body: 'Hello' },
      createdAt: new Date(now + number),
    })),
  });
  await prisma.readMark.createMany({
    data: ids.map((userId) => ({ ...about, tenantId, userId, readUntil: new Date() })),
  });
  return customer;
}

const left = async (conversationId: string) => {
  const where = { conversationId };
  return [await database.prisma.message.count({ where }), await database.prisma.readMark.count({ where })];
};

test('a deleted row takes its messages and read marks along, 250 in its transaction and the rest by due work, each with a change in the log', async () => {
  const { prisma } = database;
  const [gone, stays] = [await aTalkedAbout('Alder'), await aTalkedAbout('Birch')];
  await transact(async (tx) => {
    await tx.lockToDelete(customerEntity, gone.id);
    await tx.delete(customerEntity, gone);
  });
  const counts = [await left(gone.id)];
  for (;;) {
    const where = { conversationId: gone.id };
    const [message] = await prisma.message.findMany({ where, orderBy: { id: 'asc' }, take: 1 });
    const [mark] = await prisma.readMark.findMany({ where, orderBy: { id: 'asc' }, take: 1 });
    if (!message || !mark) break;
    // The next row of each is scheduled.
    expect(await prisma.dueWork.count({ where: { subjectId: { in: [message.id, mark.id] } } })).toBe(2);
    await transact(async (tx) => {
      await removeNextMessages(tx, message as Message);
      await removeNextMarks(tx, mark);
    });
    counts.push(await left(gone.id));
  }
  expect(counts).toEqual([
    [350, 350],
    [100, 100],
    [0, 0],
  ]);
  expect(await left(stays.id)).toEqual([MANY, MANY]);
  const deletions = { kind: 'DELETED' as const, entity: { in: ['Message', 'ReadMark'] } };
  expect(await prisma.change.count({ where: deletions })).toBe(2 * MANY);
});

test('the read marks of a user that is deleted go with it, and its messages stay', async () => {
  const { prisma } = database;
  const { id: conversationId } = await aTalkedAbout('Cedar');
  const data = { name: 'Eve', email: 'eve@acme.test', role: 'CSR' as const, tenantId };
  const user = await prisma.user.create({ data });
  const [mark] = await prisma.readMark.findMany({ where: { conversationId }, take: 1 });
  const [message] = await prisma.message.findMany({ where: { conversationId }, take: 1 });
  await prisma.readMark.update({ where: { id: mark?.id ?? '' }, data: { userId: user.id } });
  await prisma.message.update({ where: { id: message?.id ?? '' }, data: { authorId: user.id } });
  await transact(async (tx) => {
    await tx.lockToDelete(userEntity, user.id);
    await tx.delete(userEntity, user);
  });
  expect(await left(conversationId)).toEqual([MANY, MANY - 1]);
});
