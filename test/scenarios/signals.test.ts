import { expect, test } from '@jest/globals';
import type { Signal } from '../../src/core/feeds/signal.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { ListenSpec } from '../../src/graph/events/listen-field.ts';
import { schema } from '../../src/schema.ts';
import { DELETE, doInBulk } from '../support/bulk.ts';
import { EventSource } from '../support/event-source.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import type { Stream } from '../support/stream.ts';

const PROGRESSED = `subscription ($tenantId: ID, $id: ID) {
  bulkJobProgressed(tenantId: $tenantId, id: $id) { bulkJobId total doneCount succeededCount failedCount } }`;
const nobodies = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

const progressed = schema.getSubscriptionType()?.getFields().bulkJobProgressed;
const spec = progressed?.extensions.listen as ListenSpec;

const redis = process.env.TEST_REDIS_URL;
const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  redis ? { REDIS_URL: redis } : {},
);

/** Repeats an act until its signal arrives: no message says that a stream has begun to listen. */
async function untilHeard<Item>(
  next: Promise<Item>,
  act: () => Promise<{ id: string }>,
): Promise<[Item, string[]]> {
  let isHeard = false;
  void next.then(() => {
    isHeard = true;
  });
  const jobIds: string[] = [];
  while (!isHeard) jobIds.push((await act()).id);
  return [await next, jobIds];
}

/** The code of the error that ends a stream, after any number of items. */
async function refusalOf(stream: Stream): Promise<unknown> {
  for (;;) {
    const { errors } = await stream.next();
    if (errors) return errors[0]?.extensions?.code;
  }
}

/** Runs jobs until a stream has received progress of one: it may have begun to listen after the first. */
async function untilListening(stream: Stream): Promise<void> {
  while (stream.unread.length === 0) await doInBulk(ada, acme.id, DELETE, { ids: nobodies(30) });
}

test('X: progress of a bulk job reaches no user without the permission, and no user of another tenant', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  const globex = await installation.aTenant('Globex');
  const eve = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  expect(await refusalOf(csr.follow(PROGRESSED))).toBe('FORBIDDEN');
  expect(await refusalOf(eve.follow(PROGRESSED, { tenantId: acme.id }))).toBe('NOT_FOUND');
  const [own, other] = [eve.follow(PROGRESSED), ada.follow(PROGRESSED)];
  await untilHeard(other.event(), () => doInBulk(ada, acme.id, DELETE, { ids: nobodies(1) }));
  const ofEve = () => doInBulk(eve, globex.id, DELETE, { ids: nobodies(2) });
  const [heard, jobIds] = await untilHeard<{ bulkJobId: string }>(own.event(), ofEve);
  await doInBulk(ada, acme.id, DELETE, { ids: nobodies(1) });
  jobIds.push((await ofEve()).id);
  // The stream receives only jobs of its own tenant, up to the last.
  const told = [heard];
  while (told.at(-1)?.bulkJobId !== jobIds.at(-1)) told.push(await own.event());
  expect(told.filter(({ bulkJobId }) => !jobIds.includes(bulkJobId))).toEqual([]);
});

test('X: a member of a customer with the permission sees no job in the list and receives no progress', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const olga = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  const input = { permissions: ['bulk-jobs:read'] };
  await mutate(installation.root, 'userUpdate', { id: olga.userId, input });
  const [member, staff] = [olga.follow(PROGRESSED), ada.follow(PROGRESSED)];
  await untilListening(staff);
  const { bulkJobs } = await olga.ask('{ bulkJobs { totalCount } }');
  expect({ listed: bulkJobs.totalCount, heard: member.unread }).toEqual({ listed: 0, heard: [] });

  const value = { bulkJobId: crypto.randomUUID(), tenantId: acme.id, total: 1 };
  const signal: Signal = { feed: acme.id, name: 'bulkJobProgressed', key: value.bulkJobId, value };
  const heardBy = (role: Viewer['role'], reach: string[]) =>
    spec.hears({ role, reach, permissions: new Set(['bulk-jobs:read']) } as unknown as Viewer, {})(signal);
  expect(['OWNER', 'MANAGER', 'RESIDENT'].map((role) => heardBy(role as never, [acme.id]))).toEqual([
    null,
    null,
    null,
  ]);
  expect(heardBy('TENANT_ADMIN', [crypto.randomUUID()])).toBeNull();
  expect(heardBy('TENANT_ADMIN', [acme.id])).toBe(value);
});

test('progress contains the job, and `after` is accepted and has no effect', async () => {
  const after = await ada.now(acme.id);
  const stream = ada.follow(
    `subscription ($after: Cursor) { bulkJobProgressed(after: $after) {
      bulkJobId bulkJob { id kind total requestedById } } }`,
    { after },
  );
  await untilListening(stream);
  const { bulkJobId, bulkJob } = (await stream.event()) as { bulkJobId: string; bulkJob: object };
  expect(bulkJob).toMatchObject({ id: bulkJobId, kind: 'USERS_DELETE', requestedById: ada.userId });
});

test('progress has no id in an event stream: it cannot be resumed', async () => {
  const stream = await EventSource.open(installation.app.url, ada.token, { query: PROGRESSED });
  const ofAda = () => doInBulk(ada, acme.id, DELETE, { ids: nobodies(30) });
  const [{ id, result }, jobIds] = await untilHeard(stream.next(), ofAda);
  expect({ id, extensions: result?.extensions }).toEqual({ id: null, extensions: undefined });
  expect(result?.data).toMatchObject({ bulkJobProgressed: { bulkJobId: expect.any(String), total: 30 } });
  expect(jobIds.filter((jobId) => JSON.stringify(result).includes(jobId))).toHaveLength(1);
  stream.cut();
});

test('X: a user that loses the right while it listens is cut off, and receives no further progress', async () => {
  const bob = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const listening = bob.follow(PROGRESSED);
  await untilHeard(listening.event(), () => doInBulk(bob, acme.id, DELETE, { ids: nobodies(1) }));
  await ada.ask('mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }', {
    id: bob.userId,
  });
  expect(await refusalOf(listening)).toBe('SUBSCRIPTION_REVOKED');
  await doInBulk(ada, acme.id, DELETE, { ids: nobodies(1) });
  expect(listening.unread).toEqual([]);
});

describeOnPostgres('on two nodes', () => {
  describeOnRedis('with Redis', () => {
    test('progress of a job arrives at both nodes, whichever of them runs the job', async () => {
      const node = await installation.anotherNode({ REDIS_URL: `${process.env.TEST_REDIS_URL}` });
      const [here, there] = [ada.follow(PROGRESSED), ada.at(node).follow(PROGRESSED)];
      const both = Promise.all([here.event(), there.event()]) as Promise<{ bulkJobId: string }[]>;
      const [told, jobIds] = await untilHeard(both, async () => {
        const job = await doInBulk(ada, acme.id, DELETE, { ids: nobodies(2_000) });
        expect(job).toMatchObject({ failedCount: 2_000, succeededCount: 0 });
        return job;
      });
      expect(told.filter(({ bulkJobId }) => !jobIds.includes(bulkJobId))).toEqual([]);
    });
  });
});
