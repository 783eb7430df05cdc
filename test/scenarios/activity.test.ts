import { beforeAll, expect, test } from '@jest/globals';
import { doInBulk, UPDATE } from '../support/bulk.ts';
import { aPayment, type Homes, someHomes } from '../support/homes.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';
import type { Stream } from '../support/stream.ts';

const { installation, acme, globex, ada, ben, sam, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', ben: 'TENANT_ADMIN', sam: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});

const FIELDS =
  'id messageKey text count firstAt occurredAt actor { id name kind } entity entityId action params { name value }';
const FEED = `query ($customerId: ID, $filter: ActivityFilter, $first: Int, $after: String) {
  activityFeed(customerId: $customerId, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { ${FIELDS} } } }`;
const ADDED = `subscription ($after: Cursor, $customerId: ID) { activityAdded(after: $after, customerId: $customerId) {
  cursor activity { id messageKey text count actor { id name } } } }`;

interface Entry {
  readonly id: string;
  readonly messageKey: string;
  readonly text: string;
  readonly count: number;
  readonly actor: { readonly id: string | null; readonly name: string | null };
  readonly entityId: string | null;
}

async function feed(person: Person, variables: object = {}): Promise<readonly Entry[]> {
  const { activityFeed } = await person.ask(FEED, { first: 100, ...variables });
  return activityFeed.nodes;
}

const of = (entityId: string) => ({ filter: { entityId: { equals: entityId } } });

let homes: Homes;
let neighbours: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
  neighbours = await someHomes(installation, acme, 'Birch');
});

const plan = async (by: Person, name: string): Promise<string> =>
  (
    await mutate(
      by,
      'planCreate',
      { input: { name, monthlyPrice: { amountMinor: 1, currency: 'EUR' } } },
      'planId',
    )
  ).planId;

const rename = (by: Person, id: string, name: string) => mutate(by, 'planUpdate', { id, input: { name } });

test('75: one user who changes one row repeatedly is one entry with the number of times, two users are two', async () => {
  const id = await plan(ada, 'Gold');
  for (const name of ['Gold 1', 'Gold 2', 'Gold 3']) await rename(ada, id, name);
  await rename(ben, id, 'Gold 4');
  const told = await feed(sam, of(id));
  expect(told.map(({ text, actor }) => [text, actor.id])).toEqual([
    ['The plan Gold 4 was changed.', ben.userId],
    ['The plan Gold 3 was changed. (3×)', ada.userId],
    ['The plan Gold was created.', ada.userId],
  ]);
  expect((await feed(gil, of(id))).length).toBe(0);
  expect(await feed(cleo, of(id))).toEqual([]);
});

test('75 X: a resident reads what happened at home, without the names of staff, and nothing of other homes', async () => {
  const [mine, next] = homes.units;
  const payment = await aPayment(ada, { unitId: mine.id, status: 'PENDING' });
  const other = await aPayment(ada, { unitId: next.id, status: 'PENDING' });
  await mutate(ada, 'paymentFail', { id: payment, input: { reason: 'secret of the bank' } });
  await mutate(ada, 'paymentFail', { id: other, input: { reason: 'secret of the bank' } });
  const told = await feed(mine.resident);
  expect(told.find(({ entityId }) => entityId === payment)).toMatchObject({
    messageKey: 'paymentFailed',
    text: 'The payment failed.',
    count: 1,
    actor: { id: null, name: null },
  });
  const mineToo = await mine.resident.run(FEED, { filter: { actorId: { equals: ada.userId } } });
  expect(mineToo.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const text = JSON.stringify(told);
  for (const hidden of [other, next.id, next.resident.userId, 'secret of the bank', 'Birch', ada.userId])
    expect([hidden, text.includes(hidden)]).toEqual([hidden, false]);
  expect((await feed(homes.owner)).filter(({ messageKey }) => messageKey === 'paymentFailed')).toHaveLength(
    2,
  );
});

test('75 X: users whom a viewer may not tell apart are one entry: it does not learn that two users of the staff acted', async () => {
  const [mine] = homes.units;
  const input = { unitId: mine.id, title: 'Cold' };
  const id = (await mutate(mine.resident, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
    .maintenanceRequestId;
  await mutate(ada, 'maintenanceRequestUpdate', { id, input: { title: 'Cold 1' } });
  await mutate(ben, 'maintenanceRequestUpdate', { id, input: { title: 'Cold 2' } });
  expect((await feed(mine.resident, of(id))).map(({ text, count }) => [text, count])).toEqual([
    ['The maintenance request Cold 2 was changed. (2×)', 2],
    ['The maintenance request Cold was created.', 1],
  ]);
  expect((await feed(sam, of(id))).map(({ count }) => count)).toEqual([1, 1, 1]);
});

test('75: a bulk job is one entry, also for viewers who do not see the job, and counts what each of them sees', async () => {
  const people = await Promise.all(
    Array.from({ length: 6 }, () => installation.aUser('CSR', { tenantId: acme.id })),
  );
  await mutate(ada, 'attributeAdd', { input: { tenantId: acme.id, name: 'badge' } });
  const ids = [...people.map(({ userId }) => userId), homes.owner.userId];
  await doInBulk(ada, acme.id, UPDATE, { ids, add: ['badge'] });
  const ofUsers = (who: Person) =>
    feed(who, { filter: { entity: { equals: 'USER' }, action: { equals: 'UPDATED' } } });
  const [forStaff] = await ofUsers(sam);
  expect(forStaff).toMatchObject({ text: 'The user was changed. (7×)', count: 7, entityId: null });
  const bulk = (await feed(ada)).filter(({ messageKey }) => messageKey.startsWith('bulkJob'));
  expect(bulk).toEqual([]);
  const [forOwner] = await ofUsers(homes.owner);
  expect(forOwner).toMatchObject({ count: 1 });
});

test('75: pages hold each entry once, whatever is grouped, by a bounded number of statements, and count them', async () => {
  const whole = await feed(ada);
  const paged: Entry[] = [];
  for (let after: string | null = null; ; ) {
    const { activityFeed } = await ada.ask(FEED, { first: 3, after });
    paged.push(...activityFeed.nodes);
    expect(activityFeed.totalCount).toBeGreaterThanOrEqual(whole.length);
    if (!activityFeed.pageInfo.hasNextPage || paged.length >= whole.length) break;
    after = activityFeed.pageInfo.endCursor;
  }
  expect(paged.slice(0, whole.length).map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length);
});

test('75: a feed of one customer has what happened to it and its rows; that of a customer out of view is empty', async () => {
  const [mine] = neighbours.units;
  const payment = await aPayment(ada, { unitId: mine.id });
  const told = await feed(ada, { customerId: neighbours.customerId });
  expect(told.some(({ entityId }) => entityId === payment)).toBe(true);
  expect(told.some(({ entityId }) => entityId === neighbours.customerId)).toBe(true);
  expect(told.some(({ entityId }) => entityId === homes.customerId)).toBe(false);
  expect(await feed(homes.owner, { customerId: neighbours.customerId })).toEqual([]);
  expect(await feed(ada, { customerId: crypto.randomUUID() })).toEqual([]);
});

test('75 L: what is added is in the stream under the id that it has in the list, resumed after a cut, and for no other viewer', async () => {
  const [mine, next] = homes.units;
  const after = await ada.now(acme.id);
  const atHome = mine.resident.follow(ADDED, { after });
  const nextDoor = next.resident.follow(ADDED, { after });
  const elsewhere = neighbours.owner.follow(ADDED, { after });
  const payment = await aPayment(ada, { unitId: mine.id, status: 'PENDING' });
  await mutate(ada, 'paymentFail', { id: payment, input: { reason: 'no funds' } });
  const request = { unitId: next.id, title: 'Damp' };
  await mutate(next.resident, 'maintenanceRequestCreate', { input: request });
  await mutate(neighbours.owner, 'maintenanceRequestCreate', {
    input: { unitId: neighbours.units[0].id, title: 'Dark' },
  });
  type Added = { cursor: string; activity: Entry };
  const told = async (stream: Stream, count: number) =>
    ((await stream.take(count)) as unknown as Added[]).map(({ activity }) => activity);
  expect((await told(atHome, 2)).map(({ messageKey }) => messageKey)).toEqual([
    'paymentCreated',
    'paymentFailed',
  ]);
  expect((await told(nextDoor, 1)).map(({ text }) => text)).toEqual([
    'The maintenance request Damp was created.',
  ]);
  expect((await told(elsewhere, 1)).map(({ text }) => text)).toEqual([
    'The maintenance request Dark was created.',
  ]);
  const resumed = mine.resident.follow(ADDED, { after });
  const again = await told(resumed, 2);
  const listed = await feed(mine.resident, of(payment));
  expect(again.map(({ id }) => id).toReversed()).toEqual(listed.map(({ id }) => id));
  expect(again.map(({ actor }) => actor.name)).toEqual([null, null]);
});

describeOnPostgres('with a stream on each of two nodes', () => {
  test('75 L: both have what is added on either node, under the same ids and in the same order, and no other user has it', async () => {
    const node = await installation.anotherNode();
    const [mine, next] = neighbours.units;
    const after = await ada.now(acme.id);
    const here = mine.resident.follow(ADDED, { after });
    const there = mine.resident.at(node).follow(ADDED, { after });
    const nextDoor = next.resident.at(node).follow(ADDED, { after });
    const ofGlobex = gil.at(node).follow(ADDED, { after: await gil.now(globex.id) });
    const first = await aPayment(ada, { unitId: mine.id, status: 'PENDING' });
    const second = await aPayment(ada.at(node), { unitId: mine.id, status: 'PENDING' });
    const told = async (stream: Stream) =>
      ((await stream.take(2)) as unknown as { activity: Entry }[]).map(({ activity }) => activity.id);
    const [ofHere, ofThere] = [await told(here), await told(there)];
    expect(ofThere).toEqual(ofHere);
    const idOf = async (payment: string) => (await feed(mine.resident, of(payment))).map(({ id }) => id);
    expect(ofHere).toEqual([...(await idOf(first)), ...(await idOf(second))]);
    // The first that the others receive is of their own.
    const request = { unitId: next.id, title: 'Draught' };
    await mutate(next.resident, 'maintenanceRequestCreate', { input: request });
    await plan(gil, 'Silver');
    for (const [stream, text] of [
      [nextDoor, 'The maintenance request Draught was created.'],
      [ofGlobex, 'The plan Silver was created.'],
    ] as const)
      expect(await stream.take(1)).toMatchObject([{ activity: { text } }]);
  });
});

test('75: every text of a catalogue is closed: no entry has a key that is not in it', async () => {
  const { activityTexts } = await ada.ask('{ activityTexts { key text } }');
  const known = new Set(activityTexts.map(({ key }: { key: string }) => key));
  expect(known.size).toBe(activityTexts.length);
  for (const { messageKey } of [...(await feed(ada)), ...(await feed(homes.owner))])
    expect(known.has(messageKey)).toBe(true);
});

describeOnPostgres('a feed with many changes that a viewer does not see', () => {
  test('75: a page looks at 10,000 changes and no more, and continues where it stopped, in both directions', async () => {
    const BY = 'filter: { entityId: { equals: $id } }';
    const PAGE = `query ($id: ID!, $after: String) { activityFeed(${BY}, first: 5, after: $after) {
      totalCount isTotalCountEstimate pageInfo { hasNextPage endCursor } nodes { entityId } } }`;
    const BACK = `query ($id: ID!, $before: String) { activityFeed(${BY}, last: 5, before: $before) {
      pageInfo { hasPreviousPage startCursor } nodes { entityId } } }`;
    const { customerId: id } = await mutate(
      ada,
      'customerCreate',
      { input: { company: 'Old' } },
      'customerId',
    );
    const page = async (after: string | null) => (await cleo.ask(PAGE, { id, after })).activityFeed;
    expect(await page(null)).toMatchObject({ totalCount: 1, isTotalCountEstimate: false });
    const hidden = await plan(ada, 'Hidden');
    await runSql(
      installation.app.config.databaseUrl ?? '',
      `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_name)
       SELECT feed, gen_random_uuid(), 'UPDATED', entity, entity_id, 1 + number, image, '{}', 'SYSTEM', 'test'
       FROM change, generate_series(1, 10050) AS number WHERE entity_id = '${hidden}' AND feed = '${acme.id}'`,
    );
    const first = await page(null);
    expect(first).toMatchObject({ nodes: [], totalCount: 0, isTotalCountEstimate: true });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await page(first.pageInfo.endCursor);
    expect(second.nodes).toEqual([{ entityId: id }]);
    expect(second.pageInfo.hasNextPage).toBe(false);
    const back = (await cleo.ask(BACK, { id: hidden, before: null })).activityFeed;
    expect(back).toMatchObject({ nodes: [], pageInfo: { hasPreviousPage: true } });
    const before = back.pageInfo.startCursor;
    expect((await cleo.ask(BACK, { id: hidden, before })).activityFeed.pageInfo.hasPreviousPage).toBe(false);
  });
});
