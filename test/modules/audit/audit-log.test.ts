import { expect, test } from '@jest/globals';
import { DELETE, doInBulk } from '../../support/bulk.ts';
import type { Answer } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const MANY = 130;

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const LIST = `query ($filter: AuditFilter, $first: Int, $after: String, $last: Int, $before: String) {
  auditLog(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } feedCursor } }`;

interface Edge {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

const list = async (args: object) => (await ada.ask(LIST, { ...args })).auditLog;
const idsOf = (edges: readonly Edge[]) => edges.map(({ node }) => node.id);
const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

/** Reads the whole list page by page, from either end. */
async function everything(size: number, isBackward: boolean, filter?: object): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  let hasMore = true;
  while (hasMore) {
    const page = await list(
      isBackward ? { filter, last: size, before: cursor } : { filter, first: size, after: cursor },
    );
    const found = idsOf(page.edges);
    if (isBackward) ids.unshift(...found);
    else ids.push(...found);
    cursor = isBackward ? page.pageInfo.startCursor : page.pageInfo.endCursor;
    hasMore = isBackward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage;
  }
  return ids;
}

const early = new Set(await everything(100, false));
/** The position after which the entries are not in `early`. */
const after = await ada.now(acme.id);
for (let index = 0; index < MANY; index += 1) await installation.aCustomer(acme.id, `Customer ${index}`);

test('the list continues beyond the latest hundred, and pages forward and backward show all of it once', async () => {
  const { totalCount } = await list({ first: 1 });
  const [forward, backward, hundreds] = [
    await everything(37, false),
    await everything(41, true),
    await everything(100, false),
  ];

  expect(totalCount).toBeGreaterThan(2 * MANY);
  expect(new Set(forward).size).toBe(totalCount);
  expect(forward.length).toBe(totalCount);
  expect(backward).toEqual(forward);
  expect(hundreds).toEqual(forward);
});

test('a page stays what it is while more is added before it', async () => {
  const first = await list({ first: 5 });
  const behind = await list({ first: 5, after: first.pageInfo.endCursor });
  await installation.aCustomer(acme.id, 'Meanwhile');

  expect(idsOf((await list({ first: 5, after: first.pageInfo.endCursor })).edges)).toEqual(
    idsOf(behind.edges),
  );
  expect(idsOf((await list({ last: 5, before: behind.pageInfo.startCursor })).edges)).toEqual(
    idsOf(first.edges),
  );
});

test.each([
  ['forged', Buffer.from('["seq","1"]').toString('base64url')],
  ['of another list', Buffer.from(JSON.stringify(['name', 'x', crypto.randomUUID()])).toString('base64url')],
  ['with SQL in it', Buffer.from('["seq",1) OR (1=1]').toString('base64url')],
  ['beyond all numbers', Buffer.from('["seq",99999999999999999999]').toString('base64url')],
  ['that is none', 'cursor'],
])('a list cursor %s is refused as BAD_USER_INPUT', async (_what, cursor) => {
  expect(codes(await ada.run(LIST, { after: cursor }))).toEqual(['BAD_USER_INPUT']);
  expect(codes(await ada.run(LIST, { before: cursor }))).toEqual(['BAD_USER_INPUT']);
});

test.each([{ first: -1 }, { first: 101 }, { last: 101 }, { first: 1, last: 1 }])(
  'a page of %j is refused',
  async (args) => {
    expect(codes(await ada.run(LIST, args))).toEqual(['BAD_USER_INPUT']);
  },
);

test('the stream continues from the feedCursor of the list, without a gap', async () => {
  const { feedCursor, edges } = await list({ first: 1 });
  const company = await installation.aCustomer(acme.id, 'Behind the cursor');
  const stream = ada.follow(
    'subscription ($after: Cursor) { auditLogAdded(after: $after) { auditEntry { id entityId } } }',
    { after: feedCursor },
  );
  const [told] = await stream.take(1);
  await stream.close();

  const newer = await list({ before: edges[0].cursor });
  expect(told).toEqual({ auditEntry: { id: newer.edges.at(-1)?.node.id, entityId: company } });
});

test('S: a filter chooses the same entries of the list and of the stream', async () => {
  // Begun and ended by the system itself.
  await doInBulk(ada, acme.id, DELETE, { ids: [crypto.randomUUID()] });
  const customer = await installation.aCustomer(acme.id, 'Filtered');
  const [newest] = (await list({ first: 1 })).edges;
  const { auditEntry } = await ada.ask(
    'query ($id: ID!) { auditEntry(id: $id) { requestId occurredAt cursor } }',
    { id: newest.node.id },
  );
  const filters = [
    { entity: { equals: 'CUSTOMER_STATS' } },
    { entityId: { equals: customer } },
    { entityId: { in: [customer, acme.id] }, entity: { in: ['CUSTOMER'] } },
    { action: { equals: 'CREATED' } },
    { actorId: { equals: ada.userId } },
    { not: { actorId: { equals: ada.userId } } },
    { actorId: { isNull: true } },
    { actorKind: { equals: 'SYSTEM' } },
    { actorKind: { in: ['USER', 'API_TOKEN'] }, actorId: { isNull: false } },
    { requestId: { equals: auditEntry.requestId } },
    { requestId: { contains: auditEntry.requestId.slice(2, 9).toUpperCase() } },
    { requestId: { startsWith: auditEntry.requestId.slice(0, 9).toUpperCase() } },
    { requestId: { startsWith: auditEntry.requestId.slice(1, 9) } },
    { requestId: { notEquals: auditEntry.requestId } },
    { actorId: { notIn: [ada.userId] } },
    { entity: { notIn: ['CUSTOMER', 'BULK_JOB'] }, action: { notEquals: 'UPDATED' } },
    { occurredAt: { equals: auditEntry.occurredAt } },
    { occurredAt: { notEquals: auditEntry.occurredAt } },
    { occurredAt: { gte: auditEntry.occurredAt } },
    { occurredAt: { lt: auditEntry.occurredAt, gt: '2020-01-01T00:00:00Z' } },
    { or: [{ id: { equals: newest.node.id } }, { not: { entity: { in: ['CUSTOMER', 'CUSTOMER_STATS'] } } }] },
    { and: [{ action: { equals: 'UPDATED' } }, { or: [] }] },
  ];
  const sizes: number[] = [];
  for (const one of filters) {
    // Every filter chooses the newest entry, which is thus the last one of each stream.
    const filter = { or: [one, { id: { equals: newest.node.id } }] };
    const stream = ada.follow(
      'subscription ($after: Cursor, $filter: AuditFilter) { auditLogAdded(after: $after, filter: $filter) { eventId } }',
      { after, filter },
    );
    const told: string[] = [];
    while (told.at(-1) !== newest.node.id) told.push(((await stream.event()) as { eventId: string }).eventId);
    await stream.close();
    const listed = (await everything(100, false, filter)).filter((id) => !early.has(id));
    expect([filter, told.toReversed()]).toEqual([filter, listed]);
    sizes.push(told.length);
  }
  // Some filters choose more than others.
  expect(new Set(sizes).size).toBeGreaterThan(4);
});

test('X: an entry shows only the old values of a row that leaves the view, and only the new ones of a row that enters it', async () => {
  const [from, to] = [
    await installation.aCustomer(acme.id, 'From'),
    await installation.aCustomer(acme.id, 'To'),
  ];
  const [leaver, witness, host] = [
    await installation.aUser('RESIDENT', { tenantId: acme.id, customerId: from }),
    await installation.aUser('OWNER', { tenantId: acme.id, customerId: from }),
    await installation.aUser('OWNER', { tenantId: acme.id, customerId: to }),
  ];
  for (const { userId: id } of [witness, host]) {
    await installation.root.ask(
      'mutation ($id: ID!) { userUpdate(id: $id, input: { permissions: ["audit:read", "diffs:read"] }) { userErrors { message } } }',
      { id },
    );
  }
  await installation.root.ask(
    'mutation ($id: ID!, $to: ID!) { userUpdate(id: $id, input: { customerId: $to, department: "moved" }) { userErrors { message } } }',
    { id: leaver.userId, to },
  );
  const OF_USER = `query ($id: ID!) { auditLog(first: 1, filter: { entityId: { equals: $id } }) {
    nodes { action changedFields changes { field before after } } } }`;
  const [gone, come, all] = await Promise.all(
    [witness, host, ada].map(
      async (person) => (await person.ask(OF_USER, { id: leaver.userId })).auditLog.nodes[0],
    ),
  );

  expect(gone).toMatchObject({ action: 'DELETED', changedFields: [] });
  expect(gone.changes).toContainEqual({ field: 'customerId', before: from, after: null });
  expect(JSON.stringify(gone)).not.toMatch(new RegExp(`${to}|moved`));
  expect(come).toMatchObject({ action: 'CREATED', changedFields: [] });
  expect(come.changes).toContainEqual({ field: 'customerId', before: null, after: to });
  expect(JSON.stringify(come)).not.toContain(from);
  expect(all).toMatchObject({
    action: 'UPDATED',
    changedFields: expect.arrayContaining(['customerId', 'department']),
  });
});
