import { expect, test } from '@jest/globals';
import type { TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { makeRows, placeOf, stirRows } from '../support/sample-rows.ts';
import { rowSamples } from '../support/samples.ts';
import { aStage } from '../support/stage.ts';

const EXPLAIN = `query ($changeId: ID!, $userId: ID!) { explainDelivery(changeId: $changeId, userId: $userId) {
  verdict reason steps { step outcome reason hiddenFields } } }`;
const CHANGES = `subscription ($tenantId: ID, $after: Cursor) { changes(tenantId: $tenantId, after: $after) {
  __typename ... on ChangeEvent { eventId } } }`;
const ENTRIES = `query ($tenantId: ID, $after: String) { auditLog(tenantId: $tenantId, first: 100, after: $after) {
  nodes { id entity } pageInfo { hasNextPage endCursor } } }`;
/** Rows that change the rights of users: after them the rights of earlier moments are not known. */
const OF_RIGHTS = ['User', 'Tenant', 'Organization', 'AuditEntry', 'BusinessType'];

const { installation, acme, globex, ada, bob, cleo, mallory } = await aStage(
  {
    acme: { ada: 'TENANT_ADMIN', bob: 'SUPPORT', cleo: 'CSR' },
    globex: { mallory: 'TENANT_ADMIN' },
  },
  { MAX_STATEMENTS: '100000', REQUESTS_PER_SECOND: '5000' },
);
const { root } = installation;
const ids: Record<string, string> = { Tenant: acme.id, Organization: acme.organizationId };
const place = placeOf(ids, 'canary', 'customer');

interface Explanation {
  readonly verdict: string;
  readonly reason: string | null;
  readonly steps: readonly {
    readonly step: string;
    readonly outcome: string;
    readonly reason: string | null;
    readonly hiddenFields: readonly string[];
  }[];
}

const explain = async (who: Person, changeId: string, { userId }: Pick<TestUser, 'userId'>) =>
  (await who.ask(EXPLAIN, { changeId, userId })).explainDelivery as Explanation;
const refusal = async (who: Person, changeId: string, userId: string) => {
  const { errors, data } = await who.run(EXPLAIN, { changeId, userId });
  return [data, errors?.[0]?.extensions.code, errors?.[0]?.message];
};

/** The changes of a tenant since a number of them, the latest first. */
async function changesOf(tenantId: string): Promise<{ readonly id: string; readonly entity: string }[]> {
  const all = [];
  let after: string | undefined;
  do {
    const { auditLog } = await root.ask(ENTRIES, { tenantId, after });
    all.push(...auditLog.nodes);
    after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : undefined;
  } while (after);
  return all;
}

test('X: an explanation tells its asker nothing that it may not see: a hidden change or user is answered like none', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const foreignId = await installation.aCustomer(globex.id);
  const [ofAcme] = (await changesOf(acme.id)).filter(({ entity }) => entity === 'CUSTOMER');
  const [ofGlobex] = (await changesOf(globex.id)).filter(({ entity }) => entity === 'CUSTOMER');
  expect([customerId, foreignId, ofAcme, ofGlobex].every(Boolean)).toBe(true);
  const none = crypto.randomUUID();
  const unknownChange = await refusal(ada, none, ada.userId);
  expect(unknownChange.slice(1)).toEqual(['NOT_FOUND', expect.any(String)]);
  expect(await refusal(ada, String(ofGlobex?.id), ada.userId)).toEqual(unknownChange);
  const unknownUser = await refusal(ada, String(ofAcme?.id), none);
  expect(unknownUser.slice(1)).toEqual(['NOT_FOUND', expect.any(String)]);
  expect(await refusal(ada, String(ofAcme?.id), mallory.userId)).toEqual(unknownUser);
  const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  for (const person of [bob, cleo, owner])
    expect((await refusal(person, String(ofAcme?.id), person.userId))[1]).toBe('FORBIDDEN');
});

test('each step names its reason: another tenant’s feed, a missing permission, a row of others, fields that are hidden', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  const stranger = await installation.aUser('OWNER', {
    tenantId: acme.id,
    customerId: await installation.aCustomer(acme.id, 'Birch'),
  });
  await mutate(ada, 'customerUpdate', {
    id: customerId,
    input: { company: 'Cedar', internalNotes: 'secret' },
  });
  const [latest] = await changesOf(acme.id);
  const changeId = String(latest?.id);
  expect(await explain(root, changeId, mallory)).toMatchObject({
    verdict: 'NOT_DELIVERED',
    reason: 'FEED_OUT_OF_REACH',
    steps: [{ step: 'RIGHTS' }, { step: 'USER' }, { step: 'FEED', outcome: 'STOPPED' }],
  });
  expect(await explain(ada, changeId, stranger)).toMatchObject({
    verdict: 'NOT_DELIVERED',
    reason: 'ROW_NOT_VISIBLE',
  });
  const told = await explain(ada, changeId, owner);
  expect(told).toMatchObject({ verdict: 'DELIVERED', reason: null });
  expect(told.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    ...['RIGHTS PASSED', 'USER PASSED', 'FEED PASSED', 'PERMISSION PASSED', 'ROW PASSED', 'VIEW PASSED'],
    ...['FIELDS PASSED', 'FILTER NOT_KNOWN'],
  ]);
  expect(told.steps.find(({ step }) => step === 'FIELDS')).toMatchObject({
    reason: 'FIELDS_HIDDEN',
    hiddenFields: ['internalNotes'],
  });
  await mutate(ada, 'userStatusSet', { id: cleo.userId, status: 'LOCKED' });
  // The rows that the user could see then are not known any more, and no present right is taken for a former one.
  expect(await explain(ada, changeId, cleo)).toMatchObject({
    verdict: 'NOT_KNOWN',
    reason: 'RIGHTS_NOT_KNOWN',
    steps: [{ step: 'RIGHTS', outcome: 'NOT_KNOWN' }],
  });
  await installation.aCustomer(acme.id);
  const [after] = await changesOf(acme.id);
  expect(await explain(ada, String(after?.id), cleo)).toMatchObject({ reason: 'USER_MAY_NOT_ACT' });
});

describeOnPostgres('of two nodes', () => {
  test('for changes of every entity and users of every role the verdict of either node is what their sockets receive', async () => {
    const there = await installation.anotherNode();
    const atEither = (person: Person, number: number) => (number % 2 === 0 ? person : person.at(there));
    await makeRows(root, ids, place);
    const customerId = String(ids.Customer);
    const inAcme = (role: string, more = {}) => installation.aUser(role, { tenantId: acme.id, ...more });
    const dana = await inAcme('CSR');
    const people: readonly TestUser[] = [
      ...[ada, bob, dana, mallory],
      await inAcme('OWNER', { customerId }),
      await inAcme('RESIDENT', { customerId }),
      await inAcme('OWNER', { customerId: await installation.aCustomer(acme.id, 'Stranger') }),
      await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId }),
      await installation.aUser('PLATFORM_SUPPORT', {}),
    ];
    const before = (await changesOf(acme.id)).length;
    const after = await root.now(acme.id);
    await stirRows(
      root,
      place,
      undefined,
      rowSamples.filter(({ type }) => !OF_RIGHTS.includes(type)),
    );
    for (const internalNotes of ['one', 'two'])
      await mutate(root, 'customerUpdate', { id: customerId, input: { internalNotes } });
    const log = await changesOf(acme.id);
    const changes = log.slice(0, log.length - before);
    expect(changes.length).toBeGreaterThan(20);
    const wrong: unknown[] = [];
    const verdicts = new Map<string, number>();
    const all = await Promise.all(people.map((person, at) => receivedBy(atEither(person, at), after)));
    for (const [at, person] of people.entries()) {
      for (const [number, { id, entity }] of changes.entries()) {
        const { verdict, reason } = await explain(atEither(root, number), id, person);
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        if (verdict !== 'NOT_KNOWN' && (verdict === 'DELIVERED') !== all[at]?.has(id))
          wrong.push({ user: person.email, entity, verdict, reason });
      }
    }
    expect(wrong).toEqual([]);
    expect(verdicts.get('DELIVERED')).toBeGreaterThan(changes.length);
    expect(verdicts.get('NOT_DELIVERED')).toBeGreaterThan(changes.length);
    expect(verdicts.get('NOT_KNOWN') ?? 0).toBeLessThan(changes.length);
  }, 600_000);
});

/** The ids of the changes after a position that a socket of a user receives; none if it may not follow the feed. */
async function receivedBy(person: Person, after: string): Promise<ReadonlySet<string>> {
  const stream = person.follow(CHANGES, { tenantId: acme.id, after });
  const received = new Set<string>();
  for (;;) {
    const { data, errors } = await stream.next();
    const [event] = Object.values(data ?? {}) as { __typename: string; eventId?: string }[];
    if (errors || event?.__typename === 'FeedPosition') break;
    if (event?.eventId) received.add(event.eventId);
  }
  await stream.close();
  return received;
}
