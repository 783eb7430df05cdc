import { expect, test } from '@jest/globals';
import { someHomes } from '../../support/homes.ts';
import type { TestUser } from '../../support/installation.ts';
import { codes, mutate } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, support } = await aStage({ acme: { support: 'SUPPORT' } });
const homes = await someHomes(installation, acme, 'Alder');

async function aRequest(): Promise<string> {
  const input = { unitId: homes.units[0].id, title: 'Drip' };
  const selection = 'maintenanceRequestId';
  return (await mutate(support, 'maintenanceRequestCreate', { input }, selection)).maintenanceRequestId;
}

async function aRequestOf(assigneeId: string): Promise<string> {
  const id = await aRequest();
  await mutate(support, 'maintenanceRequestAssign', { id, assigneeId });
  return id;
}

const aManager = () => installation.aUser('MANAGER', { tenantId: acme.id, customerId: homes.customerId });

async function look(id: string) {
  const { maintenanceRequest } = await installation.root.ask(
    'query ($id: ID!) { maintenanceRequest(id: $id) { status version assignee { id } } }',
    { id },
  );
  return maintenanceRequest;
}

test('a user who may not work on the request is not assigned, and one out of view is refused in the words for none', async () => {
  const id = await aRequestOf(homes.owner.userId);
  const tenantId = acme.id;
  const birch = await installation.aCustomer(tenantId, 'Birch');
  const globex = await installation.aTenant('Globex');
  const locked = await aManager();
  await mutate(installation.root, 'userStatusSet', { id: locked.userId, status: 'LOCKED' });
  const refused: [TestUser, string][] = [
    [locked, 'INVALID_INPUT'],
    [homes.units[0].resident, 'INVALID_INPUT'],
    [await installation.aUser('CSR', { tenantId }), 'INVALID_INPUT'],
    [await installation.aUser('MANAGER', { tenantId, customerId: birch }), 'INVALID_INPUT'],
    [await installation.aUser('SUPPORT', { tenantId: globex.id }), 'NOT_FOUND'],
  ];
  for (const [{ userId, email }, code] of refused) {
    const answer = await codes(support, 'maintenanceRequestAssign', { id, assigneeId: userId });
    expect([email, answer]).toEqual([email, [code]]);
  }
  const asOwner = (assigneeId: string) => codes(homes.owner, 'maintenanceRequestAssign', { id, assigneeId });
  expect(await asOwner(support.userId)).toEqual(await asOwner(crypto.randomUUID()));
  expect(await asOwner((await aManager()).userId)).toEqual([]);
});

type Leave = (id: string) => Promise<void>;

const LEAVING: [how: string, leave: Leave][] = [
  ['is deleted', (id) => mutate(installation.root, 'userDelete', { id })],
  [
    'is no longer active',
    (id) => mutate(installation.root, 'userUpdate', { id, input: { isActive: false } }),
  ],
  ['is locked', (id) => mutate(installation.root, 'userStatusSet', { id, status: 'LOCKED' })],
  ['becomes a resident', (id) => mutate(installation.root, 'userRoleSet', { id, role: 'RESIDENT' })],
  [
    'moves to another customer',
    async (id) => {
      const customerId = await installation.aCustomer(acme.id, 'Cedar');
      await mutate(installation.root, 'userUpdate', { id, input: { customerId } });
    },
  ],
];

test.each(LEAVING)(
  'when an assignee %s, its assigned requests are OPEN again and those that have begun are unassigned; others keep theirs',
  async (_how, leave) => {
    const [leaver, stayer] = [await aManager(), await aManager()];
    const assigned = await aRequestOf(leaver.userId);
    const begun = await aRequestOf(leaver.userId);
    await mutate(support, 'maintenanceRequestStatusSet', { id: begun, status: 'IN_PROGRESS' });
    const ofStayer = await aRequestOf(stayer.userId);
    const followed = support.follow(
      'subscription ($after: Cursor) { maintenanceRequestUpdated(after: $after) { changedFields maintenanceRequest { id } } }',
      { after: await support.now(acme.id) },
    );

    await leave(leaver.userId);

    expect(await look(assigned)).toEqual({ status: 'OPEN', assignee: null, version: 3 });
    expect(await look(begun)).toEqual({ status: 'IN_PROGRESS', assignee: null, version: 4 });
    expect(await look(ofStayer)).toMatchObject({ status: 'ASSIGNED', assignee: { id: stayer.userId } });
    expect(await followed.take(2)).toEqual([
      { changedFields: ['assignee', 'status'], maintenanceRequest: { id: assigned } },
      { changedFields: ['assignee'], maintenanceRequest: { id: begun } },
    ]);
  },
);

test('an assignee who may work on requests only by a permission beside the role keeps none without it', async () => {
  const { userId: id } = await installation.aUser('CSR', { tenantId: acme.id });
  const grant = (permissions: string[]) =>
    mutate(installation.root, 'userUpdate', { id, input: { permissions } });
  await grant(['maintenance:write']);
  const request = await aRequestOf(id);
  await grant([]);
  expect(await look(request)).toEqual({ status: 'OPEN', assignee: null, version: 3 });
});

test('a reopened request goes back to its assignee, and is OPEN if that user has left meanwhile', async () => {
  const [leaver, stayer] = [await aManager(), await aManager()];
  const [ofLeaver, ofStayer] = [await aRequestOf(leaver.userId), await aRequestOf(stayer.userId)];
  for (const id of [ofLeaver, ofStayer]) {
    for (const status of ['IN_PROGRESS', 'RESOLVED', 'CLOSED']) {
      await mutate(support, 'maintenanceRequestStatusSet', { id, status });
    }
  }
  await mutate(installation.root, 'userDelete', { id: leaver.userId });
  expect(await look(ofLeaver)).toMatchObject({ status: 'CLOSED', assignee: null });
  for (const id of [ofLeaver, ofStayer]) await mutate(support, 'maintenanceRequestReopen', { id });
  expect(await look(ofLeaver)).toMatchObject({ status: 'OPEN', assignee: null });
  expect(await look(ofStayer)).toMatchObject({ status: 'ASSIGNED', assignee: { id: stayer.userId } });
});

test('an assignee who changes in another way keeps the assigned requests', async () => {
  const { userId: id } = await aManager();
  const request = await aRequestOf(id);
  await mutate(installation.root, 'userUpdate', { id, input: { name: 'Mo', permissions: ['notes:read'] } });
  await mutate(installation.root, 'userStatusSet', { id, status: 'ON_LEAVE' });
  expect(await look(request)).toMatchObject({ status: 'ASSIGNED', assignee: { id } });
});

test('a user who is deleted at the same moment is not assigned, whichever comes first', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [{ userId }, id] = [await aManager(), await aRequest()];
    const [assigned, deleted] = await Promise.all([
      codes(support, 'maintenanceRequestAssign', { id, assigneeId: userId }),
      codes(installation.root, 'userDelete', { id: userId }),
    ]);
    expect([deleted, ['', 'NOT_FOUND'].includes(assigned.join())]).toEqual([[], true]);
    expect(await look(id)).toMatchObject({ status: 'OPEN', assignee: null });
  }
});
