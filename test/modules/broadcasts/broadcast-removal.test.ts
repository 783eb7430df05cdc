import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Transaction } from '../../../src/core/rows/transact.ts';
import type { Broadcast } from '../../../src/generated/prisma/client.ts';
import { broadcastRemoval } from '../../../src/modules/broadcasts/broadcasts.changes.ts';
import { expireBroadcast } from '../../../src/modules/broadcasts/broadcasts.commands.ts';
import { removeBroadcast } from '../../../src/modules/broadcasts/broadcasts.reactions.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = {
  actor: { kind: 'SYSTEM', id: null, name: 'test', isOfPlatform: true },
  requestId: null,
  ip: null,
};
/** More than two batches. */
const READERS = 600;
const DAY_MS = 86_400_000;

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

function aBroadcast(parts: Partial<Broadcast>): Promise<Broadcast> {
  const data = {
    ...{
      tenantId,
      audience: 'TENANT' as const,
      senderId: crypto.randomUUID(),
      senderLevel: 'TENANT' as const,
    },
    ...{ severity: 'INFO' as const, message: 'Hello', expiresAt: new Date(Date.now() - DAY_MS) },
    ...parts,
  };
  return database.prisma.broadcast.create({ data });
}

test('75: due work ends a broadcast once at its time, and one that was withdrawn or runs on stays as it is', async () => {
  const [due, early, withdrawn] = [
    await aBroadcast({}),
    await aBroadcast({ expiresAt: new Date(Date.now() + DAY_MS) }),
    await aBroadcast({ status: 'WITHDRAWN', endedAt: new Date() }),
  ];
  for (const row of [due, early, withdrawn]) await transact((tx) => expireBroadcast(tx, row));
  const statuses = await database.prisma.broadcast.findMany({
    orderBy: { id: 'asc' },
    select: { status: true },
  });
  expect(statuses.map(({ status }) => status)).toEqual(['EXPIRED', 'RUNNING', 'WITHDRAWN']);
  const scheduled = await database.prisma.dueWork.findMany({ where: { kind: broadcastRemoval.kind } });
  expect(scheduled.map(({ subjectId }) => subjectId)).toEqual([due.id]);
});

test('75: a broadcast that ended long ago is removed with its acknowledgements, a batch in each transaction', async () => {
  const { prisma } = database;
  const old = await aBroadcast({ status: 'EXPIRED', endedAt: new Date() });
  await prisma.broadcastAcknowledgement.createMany({
    data: Array.from({ length: READERS }, () => ({
      broadcastId: old.id,
      userId: crypto.randomUUID(),
      tenantId,
    })),
  });
  const left: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await transact((tx) => removeBroadcast(tx, old));
    left.push(await prisma.broadcastAcknowledgement.count({ where: { broadcastId: old.id } }));
  }
  expect(left).toEqual([350, 100, 0]);
  expect(await prisma.broadcast.count({ where: { id: old.id } })).toBe(0);
  const removed = await prisma.change.count({ where: { kind: 'DELETED' } });
  expect(removed).toBe(READERS + 1);
});
