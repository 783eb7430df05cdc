import { beforeAll, expect, test } from '@jest/globals';
import { aPayment, type Homes, someHomes } from '../support/homes.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { inboxOf, openedIncident, untilInbox } from '../support/notified.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, sam, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' },
  globex: { gil: 'TENANT_ADMIN' },
});

let homes: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
});

const COUNT = 'subscription ($after: Cursor) { unreadCountChanged(after: $after) { unreadCount } }';

async function clear(...people: Person[]): Promise<void> {
  for (const person of people) await mutate(person, 'notificationsMarkAllRead', {});
}

const keysOf = async (person: Person) => (await inboxOf(person)).told.map(({ messageKey }) => messageKey);

test('64: marking is refused for what the viewer does not see, and says nothing of other users', async () => {
  const id = await aPayment(homes.owner, { unitId: homes.units[0].id, status: 'FAILED' });
  const [told] = await untilInbox(ada, ([first]) => first?.entityId === id);
  const notFound = [expect.objectContaining({ code: 'NOT_FOUND', path: ['id'] })];
  for (const unknown of [told?.id, crypto.randomUUID()]) {
    expect(await refusals(gil, 'notificationMarkRead', { id: unknown })).toEqual(notFound);
    expect(await refusals(sam, 'notificationMarkRead', { id: unknown })).toEqual(notFound);
  }
  const stale = { id: told?.id, expectedVersion: 99 };
  expect(await refusals(ada, 'notificationMarkRead', stale)).toEqual([
    expect.objectContaining({ code: 'VERSION_CONFLICT' }),
  ]);
  const asked = await installation.stranger().run('{ notifications(first: 1) { nodes { id } } unreadCount }');
  expect(asked.errors?.map(({ extensions }) => extensions.code)).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
  ]);
  expect((await inboxOf(ada)).told.find(({ id: its }) => its === told?.id)?.isRead).toBe(false);
  await clear(ada, homes.owner, homes.units[0].resident);
});

test('64: a failed payment reaches administrators, owners and its resident, and no other user', async () => {
  const [mine, next] = homes.units;
  const id = await aPayment(homes.owner, { unitId: mine.id, status: 'FAILED' });
  for (const person of [ada, homes.owner, mine.resident]) {
    const [told] = await untilInbox(person, ([first]) => first?.entityId === id);
    expect(told).toMatchObject({
      messageKey: 'paymentFailed',
      severity: 'WARNING',
      entityType: 'Payment',
      text: 'A payment has failed.',
      count: 1,
      isRead: false,
    });
  }
  expect(await keysOf(next.resident)).toEqual([]);
  expect(await keysOf(sam)).toEqual([]);
  expect(await keysOf(gil)).toEqual([]);
});

test('64: what happens to one row many times is one notification, with its count', async () => {
  const id = await openedIncident(ada, 'Again and again');
  for (let turn = 0; turn < 12; turn += 1) {
    await mutate(ada, 'incidentResolve', { id, input: { message: 'Fixed.' } });
    await mutate(ada, 'incidentReopen', { id, input: { message: 'Again.' } });
  }
  const [told] = await untilInbox(sam, ([first]) => first?.count === 13);
  expect(told).toMatchObject({ entityId: id, text: 'Incident: Again and again. Impact: MAJOR. (13×)' });
  expect((await inboxOf(sam)).told.filter(({ entityId }) => entityId === id)).toHaveLength(1);
  expect(await keysOf(gil)).toEqual([]);
});

test('64: a request that is assigned reaches its assignee alone', async () => {
  const input = { unitId: homes.units[0].id, title: 'Cold' };
  const created = await mutate(homes.owner, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId');
  const id = created.maintenanceRequestId;
  await mutate(ada, 'maintenanceRequestAssign', { id, assigneeId: sam.userId });
  const [told] = await untilInbox(sam, ([first]) => first?.entityId === id);
  expect(told).toMatchObject({ messageKey: 'maintenanceRequestAssigned', severity: 'INFO' });
  for (const person of [ada, homes.owner, homes.units[0].resident]) {
    expect((await inboxOf(person)).told.map(({ entityId }) => entityId)).not.toContain(id);
  }
});

test('64: a notification that is read on one device is read on the other one, live', async () => {
  await clear(sam);
  const after = await sam.now(acme.id);
  const [phone, desk] = [sam.follow(COUNT, { after }), sam.follow(COUNT, { after })];
  const received = sam.follow(
    'subscription ($after: Cursor) { notificationReceived(after: $after) { notification { messageKey } } }',
    { after },
  );
  const read = sam.follow(
    'subscription ($after: Cursor) { notificationRead(after: $after) { entityId notification { isRead } } }',
    { after },
  );
  await openedIncident(ada);
  expect(await received.event()).toEqual({ notification: { messageKey: 'incidentOpened' } });
  expect([await phone.event(), await desk.event()]).toEqual([{ unreadCount: 1 }, { unreadCount: 1 }]);
  const [told] = (await inboxOf(sam)).told;
  await mutate(sam, 'notificationMarkRead', { id: told?.id });
  expect(await read.event()).toEqual({ entityId: told?.id, notification: { isRead: true } });
  expect([await phone.event(), await desk.event()]).toEqual([{ unreadCount: 0 }, { unreadCount: 0 }]);
  expect(await inboxOf(sam)).toMatchObject({ unread: 0 });
});

test('64: a deleted row takes its notifications along, and the count of each device follows', async () => {
  await clear(sam);
  const id = await openedIncident(ada, 'Gone soon');
  await untilInbox(sam, ([first]) => first?.entityId === id);
  const count = sam.follow(COUNT, { after: await sam.now(acme.id) });
  await mutate(ada, 'incidentDelete', { id });
  expect(await count.event()).toEqual({ unreadCount: 0 });
  expect((await inboxOf(sam)).told.map(({ entityId }) => entityId)).not.toContain(id);
});

test('64: a user that loses the right to a row no longer reads or counts its notification', async () => {
  const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const id = await openedIncident(ada, 'Seen by few');
  await untilInbox(support, ([first]) => first?.entityId === id);
  expect(await inboxOf(support)).toMatchObject({ unread: 1 });
  const after = await support.now(acme.id);
  const count = support.follow(COUNT, { after });
  const set = [{ path: 'permissions.templates.SUPPORT', value: ['customers:read'] }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  expect(await count.event()).toEqual({ unreadCount: 0 });
  expect(await inboxOf(support)).toEqual({ told: [], unread: 0 });
});

test('64: a new role reaches its user alone', async () => {
  const changed = await installation.aUser('CSR', { tenantId: acme.id });
  const before = await keysOf(ada);
  await mutate(ada, 'userRoleSet', { id: changed.userId, role: 'SUPPORT' });
  const [told] = await untilInbox(changed, ([first]) => first?.messageKey === 'roleChanged');
  expect(told).toMatchObject({ text: 'Your role is SUPPORT now.', entityId: changed.userId });
  expect(await keysOf(ada)).toEqual(before);
});

describeOnPostgres('of two nodes', () => {
  test('64: what happens to one row on both is one notification, live on the other node, and no other user has it', async () => {
    const node = await installation.anotherNode();
    const sue = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const [sueThere, gilThere] = [sue.at(node), gil.at(node)];
    await clear(gil);
    const RECEIVED =
      'subscription ($after: Cursor) { notificationReceived(after: $after) { notification { entityId } } }';
    const received = sueThere.follow(RECEIVED, { after: await sue.now(acme.id) });
    const foreign = gilThere.follow(RECEIVED, { after: await gil.now(globex.id) });
    const counts = sueThere.follow(COUNT, { after: await sue.now(acme.id) });

    const entityId = await openedIncident(ada, 'On both nodes');
    expect(await received.event()).toEqual({ notification: { entityId } });
    expect(await counts.event()).toEqual({ unreadCount: 1 });
    for (let turn = 0; turn < 12; turn += 1) {
      await mutate(ada, 'incidentResolve', { id: entityId, input: { message: 'Fixed.' } });
      await mutate(ada.at(node), 'incidentReopen', { id: entityId, input: { message: 'Again.' } });
    }
    const [told] = await untilInbox(sueThere, ([first]) => first?.count === 13);
    expect((await inboxOf(sue)).told.filter((one) => one.entityId === entityId)).toEqual([told]);

    await mutate(sue, 'notificationMarkRead', { id: told?.id });
    expect(await counts.event()).toEqual({ unreadCount: 0 });
    // The first that reaches the user of the other tenant is about the other tenant.
    const ofGlobex = await openedIncident(gil, 'Elsewhere');
    expect(await foreign.event()).toEqual({ notification: { entityId: ofGlobex } });
  }, 120_000);
});
