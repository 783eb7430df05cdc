import { expect, test } from '@jest/globals';
import { codes, mutate } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const MEMBERS = 30;

// So many users come at the same moment that others would wait long for a connection to the database.
const { installation, acme } = await aStage({ acme: {} }, { DATABASE_POOL_SIZE: String(MEMBERS) });

test('users who join one customer at the same moment all become members, and all are counted', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const answers = await Promise.all(
    Array.from({ length: MEMBERS }, (_, index) =>
      installation.root.run(
        'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }',
        {
          input: {
            tenantId: acme.id,
            customerId,
            role: 'RESIDENT',
            name: `Resident ${index}`,
            email: `resident-${index}@members.test`,
          },
        },
      ),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(
    await installation.root.ask('query ($id: ID!) { customer(id: $id) { memberCount version } }', {
      id: customerId,
    }),
  ).toEqual({ customer: { memberCount: MEMBERS, version: 1 + MEMBERS } });
});

test('LIMIT_REACHED for one member more than the plan allows: of users who are created, move or become members at the same moment', async () => {
  const { root } = installation;
  const price = { amountMinor: 900, currency: 'EUR' };
  const plan = { tenantId: acme.id, name: 'Three', monthlyPrice: price, maxMembers: 3 };
  const { planId } = await mutate(root, 'planCreate', { input: plan }, 'planId');
  const [elsewhere, customerId] = [
    await installation.aCustomer(acme.id, 'Birch'),
    await installation.aCustomer(acme.id, 'Cedar'),
  ];
  await mutate(root, 'customerUpdate', { id: customerId, input: { planId } });
  const someone = (place: object) => ({
    tenantId: acme.id,
    name: 'Sam',
    email: `${crypto.randomUUID()}@members.test`,
    ...place,
  });
  const create = async (place: object) =>
    (await mutate(root, 'userCreate', { input: someone(place) }, 'userId')).userId;
  const [moving, becoming] = [
    [
      await create({ role: 'OWNER', customerId: elsewhere }),
      await create({ role: 'OWNER', customerId: elsewhere }),
    ],
    [await create({ role: 'CSR' }), await create({ role: 'CSR' })],
  ];

  const answers = await Promise.all([
    ...moving.map((id) => codes(root, 'userUpdate', { id, input: { customerId } })),
    ...becoming.map((id) => codes(root, 'userRoleSet', { id, role: 'MANAGER', customerId })),
    ...[1, 2].map(() => codes(root, 'userCreate', { input: someone({ role: 'RESIDENT', customerId }) })),
  ]);

  expect(answers.filter((list) => list.length === 0)).toHaveLength(3);
  expect(answers.flat()).toEqual(Array.from({ length: 3 }, () => 'LIMIT_REACHED'));
  const COUNT = 'query ($id: ID!) { customer(id: $id) { memberCount members { totalCount nodes { id } } } }';
  const { customer } = await root.ask(COUNT, { id: customerId });
  expect(customer).toMatchObject({ memberCount: 3, members: { totalCount: 3 } });
  const [member] = customer.members.nodes;
  expect(await codes(root, 'userRoleSet', { id: member.id, role: 'RESIDENT', customerId })).toEqual([]);
});

test('a customer that a user joins while it is deleted is deleted or kept, never half deleted', async () => {
  for (let round = 0; round < 10; round += 1) {
    const customerId = await installation.aCustomer(acme.id);
    const [joined, deleted] = await Promise.all([
      installation.root.run(
        'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { code } } }',
        {
          input: {
            tenantId: acme.id,
            customerId,
            role: 'RESIDENT',
            name: 'Resident',
            email: `late-${round}@members.test`,
          },
        },
      ),
      installation.root.run(
        'mutation ($id: ID!) { customerDelete(id: $id) { cursor userErrors { code } } }',
        { id: customerId },
      ),
    ]);
    expect([joined.errors, deleted.errors]).toEqual([undefined, undefined]);
    const [{ userCreate }, { customerDelete }] = [joined.data, deleted.data];
    expect([userCreate.userErrors[0]?.code, customerDelete.userErrors[0]?.code]).toEqual(
      userCreate.user ? [undefined, 'IN_USE'] : ['NOT_FOUND', undefined],
    );
  }
});
