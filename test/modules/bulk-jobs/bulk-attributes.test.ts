import { expect, test } from '@jest/globals';
import { doInBulk, UPDATE } from '../../support/bulk.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
await ada.ask(
  `mutation {
    number: attributeAdd(input: { name: "clearance", valueType: NUMBER }) { userErrors { message } }
    time: attributeAdd(input: { name: "until", valueType: DATE_TIME }) { userErrors { message } } }`,
);

const HELD = 'query ($id: ID!) { user(id: $id) { version attributes } }';
const SET = `mutation ($id: ID!, $add: [String!], $remove: [String!]) { userAttributesSet(id: $id, add: $add, remove: $remove) {
  user { attributes } userErrors { code message path } } }`;
const HOLDERS = 'query ($has: String!) { users(filter: { attributes: { has: $has } }) { nodes { id } } }';

/** A user of the tenant who holds these attributes. */
async function holding(...attributes: string[]): Promise<string> {
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  await ada.ask(SET, { id: userId, add: attributes });
  return userId;
}

test('entries that do not fit their pool are refused for each user, and so are two values of one name', async () => {
  const id = await holding('clearance=1');
  for (const add of [['clearance'], ['clearance=2', 'clearance=3'], ['until=2026-02-31T00:00:00Z']]) {
    const job = await doInBulk(ada, acme.id, UPDATE, { ids: [id], add });
    expect(job.items.nodes).toMatchObject([{ status: 'FAILED', errorCode: 'INVALID_INPUT' }]);
  }
  expect((await ada.ask(HELD, { id })).user.attributes).toEqual(['clearance=1']);
});

test('an entry of a pool replaces the value that each user holds, and a user who holds it already does not change', async () => {
  const ids = [
    await holding('clearance=1', 'night-shift'),
    await holding('clearance=3', 'night-shift'),
    await holding('night-shift'),
  ];
  const job = await doInBulk(ada, acme.id, UPDATE, { ids, add: ['clearance=3'] });
  expect(job).toMatchObject({ succeededCount: 3, failedCount: 0 });
  const users = await Promise.all(ids.map(async (id) => (await ada.ask(HELD, { id })).user));
  expect(users).toEqual([
    { version: 3, attributes: ['night-shift', 'clearance=3'] },
    { version: 2, attributes: ['clearance=3', 'night-shift'] },
    { version: 3, attributes: ['night-shift', 'clearance=3'] },
  ]);
});

test('a name in no pool may have several values, and an update of one user is refused until the old one is removed', async () => {
  const id = await holding('team=red', 'clearance=1');
  await doInBulk(ada, acme.id, UPDATE, { ids: [id], add: ['team=blue'] });
  expect((await ada.ask(HELD, { id })).user.attributes).toEqual(['team=red', 'clearance=1', 'team=blue']);
  const { data } = await ada.run(SET, { id, add: ['clearance=2'] });
  expect(data.userAttributesSet.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['add'] }]);
});

test('a name is removed with every value, and an entry with a value alone', async () => {
  const [bare, three, other] = [
    await holding('ward', 'ward=3'),
    await holding('ward=3', 'ward=4', 'wardrobe'),
    await holding('ward=4'),
  ];
  const attributesOf = async () =>
    Promise.all([bare, three, other].map(async (id) => (await ada.ask(HELD, { id })).user.attributes));
  await doInBulk(ada, acme.id, UPDATE, { filter: { attributes: { has: 'ward=3' } }, remove: ['ward=3'] });
  expect(await attributesOf()).toEqual([['ward'], ['ward=4', 'wardrobe'], ['ward=4']]);
  await doInBulk(ada, acme.id, UPDATE, { ids: [bare, three], remove: ['ward'] });
  expect(await attributesOf()).toEqual([[], ['wardrobe'], ['ward=4']]);
  await ada.ask(SET, { id: other, remove: ['ward'] });
  expect(await attributesOf()).toEqual([[], ['wardrobe'], []]);
});

test('X: a viewer who may not read the attributes of others chooses no user by them, in no list and in no stream', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  await ada.ask(SET, { id: csr.userId, add: ['badge'] });
  const { errors } = await csr.run(HOLDERS, { has: 'badge' });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  const stream = csr.follow(
    'subscription { userUpdated(filter: { attributes: { has: "badge" } }) { cursor } }',
  );
  expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
});

test('S: a list and a stream agree on who holds an attribute', async () => {
  const [id, beside] = [await holding('desk', 'lamp'), await holding('desk=1', 'des')];
  expect((await ada.ask(HOLDERS, { has: 'desk' })).users.nodes).toEqual([{ id }]);
  const after = await ada.now(acme.id);
  const gone = ada.follow(
    'subscription ($after: Cursor) { userDeleted(filter: { attributes: { has: "desk" } }, after: $after) { userId } }',
    { after },
  );
  const come = ada.follow(
    'subscription ($after: Cursor) { userCreated(filter: { attributes: { has: "desk" } }, after: $after) { user { id } } }',
    { after },
  );
  await ada.ask(SET, { id, remove: ['desk'] });
  await ada.ask(SET, { id: beside, add: ['desk'] });
  expect(await gone.event()).toEqual({ userId: id });
  expect(await come.event()).toEqual({ user: { id: beside } });
  expect((await ada.ask(HOLDERS, { has: 'desk' })).users.nodes).toEqual([{ id: beside }]);
});
