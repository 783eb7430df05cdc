import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestUser } from '../../support/installation.ts';
import { codesOf, Requests } from '../../support/requests.ts';
import { type TwoHomes, twoHomes } from '../../support/two-homes.ts';

let installation: Installation;
let homes: TwoHomes;
let support: Requests;

beforeAll(async () => {
  installation = await Installation.start();
  homes = await twoHomes(installation);
  support = new Requests(homes.support);
});

afterAll(() => installation.stop());

async function aRequestOf(assigneeId: string, status?: 'IN_PROGRESS'): Promise<string> {
  const { maintenanceRequestId: id } = await support.create({ unitId: homes.first.unitId, title: 'Drip' });
  expect(codesOf(await support.assign(id, assigneeId))).toEqual([]);
  if (status) await support.set(id, status);
  return id;
}

function aManager(): Promise<TestUser> {
  return installation.aUser('MANAGER', { tenantId: homes.tenantId, customerId: homes.customerId });
}

async function look(id: string) {
  const { maintenanceRequest } = await installation.root.ask(
    'query ($id: ID!) { maintenanceRequest(id: $id) { status version assignee { id } } }',
    { id },
  );
  return maintenanceRequest;
}

async function write(mutation: string, variables: Record<string, unknown>): Promise<void> {
  await installation.root.ask(mutation, variables);
}

test('nobody is made assignee who could not see to the request, and one out of sight is like nobody', async () => {
  const id = await aRequestOf(homes.manager.userId);
  const { tenantId } = homes;
  const otherCustomer = await installation.aCustomer(tenantId, 'Birch Homes');
  const elsewhere = await installation.aTenant('Globex');
  const refused: [TestUser, string][] = [
    [homes.first.resident, 'INVALID_INPUT'],
    [await installation.aUser('CSR', { tenantId }), 'INVALID_INPUT'],
    [await installation.aUser('MANAGER', { tenantId, customerId: otherCustomer }), 'INVALID_INPUT'],
    [await installation.aUser('SUPPORT', { tenantId: elsewhere.id }), 'NOT_FOUND'],
  ];
  for (const [{ userId, email }, code] of refused) {
    expect([email, codesOf(await support.assign(id, userId))]).toEqual([email, [code]]);
  }
  const owner = new Requests(homes.owner);
  const [theirs, nobodys] = [
    await owner.assign(id, homes.support.userId),
    await owner.assign(id, crypto.randomUUID()),
  ];
  expect(theirs).toEqual(nobodys);
  expect(codesOf(await owner.assign(id, homes.owner.userId))).toEqual([]);
});

const LEAVING: [string, (user: TestUser) => Promise<void>][] = [
  [
    'is deleted',
    ({ userId: id }) =>
      write('mutation ($id: ID!) { userDelete(id: $id) { userErrors { message } } }', { id }),
  ],
  [
    'is no longer active',
    ({ userId: id }) =>
      write(
        'mutation ($id: ID!) { userUpdate(id: $id, input: { isActive: false }) { userErrors { message } } }',
        { id },
      ),
  ],
  [
    'becomes a resident',
    ({ userId: id }) =>
      write('mutation ($id: ID!) { userRoleSet(id: $id, role: RESIDENT) { userErrors { message } } }', {
        id,
      }),
  ],
  [
    'moves to another customer',
    async ({ userId: id }) => {
      const customerId = await installation.aCustomer(homes.tenantId, 'Cedar Homes');
      await write(
        'mutation ($id: ID!, $customerId: ID) { userUpdate(id: $id, input: { customerId: $customerId }) { userErrors { message } } }',
        { id, customerId },
      );
    },
  ],
];

test.each(LEAVING)(
  'when an assignee %s, what was only assigned is OPEN again and what has begun has nobody',
  async (_how, leave) => {
    const [leaver, stayer] = [await aManager(), await aManager()];
    const assigned = await aRequestOf(leaver.userId);
    const begun = await aRequestOf(leaver.userId, 'IN_PROGRESS');
    const ofStayer = await aRequestOf(stayer.userId);
    const followed = homes.support.follow(
      'subscription ($after: Cursor) { maintenanceRequestUpdated(after: $after) { changedFields maintenanceRequest { id status } } }',
      { after: await homes.support.now(homes.tenantId) },
    );

    await leave(leaver);

    expect(await look(assigned)).toEqual({ status: 'OPEN', assignee: null, version: 3 });
    expect(await look(begun)).toEqual({ status: 'IN_PROGRESS', assignee: null, version: 4 });
    expect(await look(ofStayer)).toMatchObject({ status: 'ASSIGNED', assignee: { id: stayer.userId } });
    expect(await followed.take(2)).toEqual([
      {
        changedFields: ['status', 'assignee'].toSorted(),
        maintenanceRequest: { id: assigned, status: 'OPEN' },
      },
      { changedFields: ['assignee'], maintenanceRequest: { id: begun, status: 'IN_PROGRESS' } },
    ]);
  },
);

test('an assignee who changes in another way keeps what is assigned', async () => {
  const manager = await aManager();
  const id = await aRequestOf(manager.userId);
  await write(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { name: "Mo", department: "Roofs" }) { userErrors { message } }\n userStatusSet(id: $id, status: ON_LEAVE) { userErrors { message } } }',
    { id: manager.userId },
  );
  expect(await look(id)).toMatchObject({ status: 'ASSIGNED', assignee: { id: manager.userId } });
});

test('nobody is assigned who is deleted at the same moment, whoever comes first', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { userId } = await aManager();
    const { maintenanceRequestId: id } = await support.create({ unitId: homes.first.unitId, title: 'Drip' });
    const [assigned, deleted] = await Promise.all([
      support.assign(id, userId),
      installation.root.run('mutation ($id: ID!) { userDelete(id: $id) { userErrors { code } } }', {
        id: userId,
      }),
    ]);
    expect(deleted.errors).toBeUndefined();
    expect([[], ['NOT_FOUND']]).toContainEqual(codesOf(assigned));
    expect(await look(id)).toMatchObject({ status: 'OPEN', assignee: null });
  }
});
