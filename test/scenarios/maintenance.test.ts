import { describe, expect, test } from '@jest/globals';
import { someHomes } from '../support/homes.ts';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const who = (name: string) => people[name] as TestUser;
const home = () => alder.units[0];

const { installation, acme, ...staff } = await aStage({
  acme: { admin: 'TENANT_ADMIN', support: 'SUPPORT', csr: 'CSR' },
});
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');
const people: Record<string, TestUser> = {
  ...staff,
  reader: await installation.aUser('PLATFORM_SUPPORT', {}),
  owner: alder.owner,
  manager: await installation.aUser('MANAGER', { tenantId: acme.id, customerId: alder.customerId }),
  resident: alder.units[0].resident,
  neighbour: alder.units[1].resident,
  otherOwner: birch.owner,
  otherResident: birch.units[0].resident,
};

async function report(by: Person, unitId: string, input: object = {}): Promise<string> {
  const whole = { unitId, title: 'Cold radiator', ...input };
  const made = await mutate(by, 'maintenanceRequestCreate', { input: whole }, 'maintenanceRequestId');
  return made.maintenanceRequestId;
}

describe('X: refused', () => {
  test.each(['csr', 'reader'])('%s cannot create, assign or move a request', async (name) => {
    const id = await report(who('support'), home().id);
    const input = { unitId: home().id, title: 'x' };
    const assigneeId = who('support').userId;
    const answers = [
      await codes(who(name), 'maintenanceRequestCreate', { input }),
      await codes(who(name), 'maintenanceRequestUpdate', { id, input: { title: 'x' } }),
      await codes(who(name), 'maintenanceRequestAssign', { id, assigneeId }),
      await codes(who(name), 'maintenanceRequestStatusSet', { id, status: 'CLOSED' }),
      await codes(who(name), 'maintenanceRequestReopen', { id }),
      await codes(who(name), 'maintenanceRequestDelete', { id }),
    ];
    expect(answers).toEqual(Array(6).fill(['FORBIDDEN']));
  });

  test('csr can neither read nor subscribe to requests', async () => {
    const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await who('csr').run('{ maintenanceRequests { totalCount } }')).errors).toMatchObject(FORBIDDEN);
    for (const field of ['maintenanceRequestChanged', 'maintenanceRequestAssigned']) {
      const stream = who('csr').follow(`subscription { ${field} { __typename } }`);
      expect((await stream.next()).errors).toMatchObject(FORBIDDEN);
    }
  });

  test.each(['neighbour', 'otherResident', 'otherOwner'])(
    '%s can neither change a request of others nor report for their unit: both are NOT_FOUND',
    async (name) => {
      const id = await report(who('resident'), home().id);
      const input = { unitId: home().id, title: 'x' };
      const answers = [
        await codes(who(name), 'maintenanceRequestCreate', { input }),
        await codes(who(name), 'maintenanceRequestUpdate', { id, input: { title: 'x' } }),
        await codes(who(name), 'maintenanceRequestStatusSet', { id, status: 'CLOSED' }),
        await codes(who(name), 'maintenanceRequestReopen', { id }),
      ];
      expect(answers).toEqual(Array(4).fill(['NOT_FOUND']));
      expect(await who(name).ask('query ($id: ID!) { maintenanceRequest(id: $id) { id } }', { id })).toEqual({
        maintenanceRequest: null,
      });
    },
  );

  test('a resident can neither read nor filter by the assignee', async () => {
    const id = await report(who('resident'), home().id);
    await mutate(who('support'), 'maintenanceRequestAssign', { id, assigneeId: who('manager').userId });
    const asked = [
      await who('resident').run('query ($id: ID!) { maintenanceRequest(id: $id) { assignee { id } } }', {
        id,
      }),
      await who('resident').run(
        'query ($id: ID!) { maintenanceRequests(filter: { assigneeId: { equals: $id } }) { totalCount } }',
        { id: who('manager').userId },
      ),
    ];
    for (const { errors } of asked) expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('all faults of an input are reported together', async () => {
    const input = { unitId: home().id, title: ' ', description: 'x'.repeat(10_001) };
    const { data } = await who('resident').run(
      'mutation ($input: MaintenanceRequestCreateInput!) { maintenanceRequestCreate(input: $input) { userErrors { code path } } }',
      { input },
    );
    expect(data.maintenanceRequestCreate.userErrors).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'title'] },
      { code: 'INVALID_INPUT', path: ['input', 'description'] },
    ]);
  });
});

interface Told {
  readonly __typename: string;
  readonly maintenanceRequest: { readonly id: string; readonly status: string };
}

/** The changes of one request after a position that a viewer receives, up to the present position. */
async function told(person: Person, id: string, after: string): Promise<string[]> {
  const EVENT = 'maintenanceRequest { id status }';
  const stream = person.follow(
    `subscription ($id: ID, $after: Cursor) { maintenanceRequestChanged(id: $id, after: $after) { __typename
       ... on MaintenanceRequestCreated { ${EVENT} } ... on MaintenanceRequestUpdated { ${EVENT} } } }`,
    { id, after },
  );
  const changes: Told[] = await stream.changesUntilCaughtUp();
  return changes.map(({ __typename, maintenanceRequest }) => {
    expect(maintenanceRequest.id).toBe(id);
    return `${__typename.replace('MaintenanceRequest', '')} ${maintenanceRequest.status}`;
  });
}

test('X L O: staff and the resident receive every step of a request that the resident reports, and no other viewer does', async () => {
  const after = await who('admin').now(acme.id);
  const moments = (name: string, field: string) =>
    who(name).follow(
      `subscription ($after: Cursor) { ${field}(after: $after) { maintenanceRequest { id status } } }`,
      { after },
    );
  const assigned = moments('manager', 'maintenanceRequestAssigned');
  const moved = moments('resident', 'maintenanceRequestStatusChanged');
  const unheard = [
    moments('neighbour', 'maintenanceRequestAssigned'),
    moments('otherResident', 'maintenanceRequestStatusChanged'),
    moments('otherOwner', 'maintenanceRequestAssigned'),
  ];

  const id = await report(who('resident'), home().id, { priority: 'URGENT' });
  await mutate(who('resident'), 'maintenanceRequestUpdate', { id, input: { description: 'Stone cold' } });
  await mutate(who('support'), 'maintenanceRequestAssign', { id, assigneeId: who('support').userId });
  await mutate(who('support'), 'maintenanceRequestAssign', { id, assigneeId: who('manager').userId });
  const set = (by: string, status: string) => mutate(who(by), 'maintenanceRequestStatusSet', { id, status });
  await set('manager', 'IN_PROGRESS');
  await set('manager', 'RESOLVED');
  await mutate(who('resident'), 'maintenanceRequestReopen', { id, input: { reason: 'Still cold' } });
  await set('owner', 'IN_PROGRESS');
  await set('owner', 'RESOLVED');
  await set('resident', 'CLOSED');

  const all = [
    ...['Created OPEN', 'Updated OPEN', 'Updated ASSIGNED', 'Updated ASSIGNED', 'Updated IN_PROGRESS'],
    ...['Updated RESOLVED', 'Updated ASSIGNED', 'Updated IN_PROGRESS', 'Updated RESOLVED', 'Updated CLOSED'],
  ];
  for (const name of ['admin', 'support', 'owner', 'manager', 'resident']) {
    expect([name, await told(who(name), id, after)]).toEqual([name, all]);
  }
  for (const name of ['neighbour', 'otherOwner', 'otherResident']) {
    expect([name, await told(who(name), id, after)]).toEqual([name, []]);
  }
  const request = (status: string) => ({ maintenanceRequest: { id, status } });
  expect(await assigned.take(2)).toEqual([request('ASSIGNED'), request('ASSIGNED')]);
  expect(await moved.take(7)).toEqual(
    ['ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'CLOSED'].map(request),
  );
  expect([assigned, ...unheard].flatMap(({ unread }) => unread)).toEqual([]);
});

test('X: a resident that moves out still sees its requests but not the unit, and its successor sees none of them', async () => {
  const { id: unitId, resident } = alder.units[1];
  const id = await report(resident, unitId);
  const successor = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId: alder.customerId });
  await mutate(who('owner'), 'unitResidentSet', { id: unitId, residentId: successor.userId });
  const LIST = '{ maintenanceRequests { nodes { id reporter { id } unit { label } } } }';
  expect(await resident.ask(LIST)).toEqual({
    maintenanceRequests: { nodes: [{ id, reporter: { id: resident.userId }, unit: null }] },
  });
  expect(await successor.ask(LIST)).toEqual({ maintenanceRequests: { nodes: [] } });
  expect(await codes(resident, 'maintenanceRequestCreate', { input: { unitId, title: 'x' } })).toEqual([
    'NOT_FOUND',
  ]);
  expect(await codes(who('owner'), 'unitDelete', { id: unitId })).toEqual(['IN_USE']);
});

test('A: a report that is repeated with the same key creates one request', async () => {
  const input = { unitId: home().id, title: 'Twice' };
  const idempotencyKey = crypto.randomUUID();
  const send = (by: string) =>
    mutate(who(by), 'maintenanceRequestCreate', { input, idempotencyKey }, 'maintenanceRequestId');
  expect(await send('resident')).toEqual(await send('resident'));
  const { maintenanceRequests } = await who('resident').ask(
    '{ maintenanceRequests(filter: { title: { equals: "Twice" } }) { totalCount } }',
  );
  expect(maintenanceRequests.totalCount).toBe(1);
});

test('a list of requests can be filtered by title, priority, unit and time, and ordered', async () => {
  const urgent = await report(who('support'), home().id, { title: 'Flood', priority: 'URGENT' });
  const low = await report(who('support'), home().id, { title: 'Floorboard', priority: 'LOW' });
  const ids = async (filter: object, orderBy: object = { field: 'TITLE' }) => {
    const { maintenanceRequests } = await who('support').ask(
      'query ($filter: MaintenanceRequestFilter, $orderBy: [MaintenanceRequestOrder!]) { maintenanceRequests(filter: $filter, orderBy: $orderBy) { nodes { id } } }',
      { filter, orderBy },
    );
    return maintenanceRequests.nodes.map(({ id }: { id: string }) => id);
  };
  expect(await ids({ title: { contains: 'floo' } })).toEqual([urgent, low]);
  expect(await ids({ title: { contains: 'floo' } }, { field: 'TITLE', direction: 'DESC' })).toEqual([
    low,
    urgent,
  ]);
  expect(await ids({ title: { contains: 'floo' }, priority: { in: ['LOW'] } })).toEqual([low]);
  expect(await ids({ title: { contains: 'floo' }, unitId: { equals: alder.units[1].id } })).toEqual([]);
  expect(await ids({ title: { contains: 'floo' }, createdAt: { lt: '2020-01-01T00:00:00Z' } })).toEqual([]);
});
