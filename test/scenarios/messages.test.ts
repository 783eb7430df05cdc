import { beforeAll, expect, test } from '@jest/globals';
import { type Homes, someHomes } from '../support/homes.ts';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { inboxOf, openedIncident, untilInbox } from '../support/notified.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, sam, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});

let homes: Homes;
let neighbours: Homes;
let request: string;

async function aRequest(at: Homes = homes): Promise<string> {
  const input = { unitId: at.units[0].id, title: 'Cold' };
  return (await mutate(at.owner, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
    .maintenanceRequestId;
}

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
  neighbours = await someHomes(installation, acme, 'Birch');
  request = await aRequest();
});

const LIST = `query ($filter: MessageFilter) {
  messages(filter: $filter) { totalCount nodes { id body isInternal isFromStaff author { id } editedAt deletedAt } } }`;
const CHANGED = `subscription ($after: Cursor, $tenantId: ID) { messageChanged(after: $after, tenantId: $tenantId) {
  __typename ... on MessageSent { message { body } } ... on MessageUpdated { message { body } } } }`;

interface Sent {
  readonly message: { readonly body: string };
}

const tenantOf = (person: Person) => (person === gil ? globex.id : acme.id);

async function send(by: Person, input: object): Promise<string> {
  return (await mutate(by, 'messageSend', { input }, 'messageId')).messageId;
}

async function bodiesFor(person: Person): Promise<string[]> {
  const { messages } = await person.ask(LIST, {});
  expect(messages.nodes).toHaveLength(messages.totalCount);
  return messages.nodes.map(({ body }: { body: string }) => body).toReversed();
}

/** A message after which a stream without the earlier ones shows that it has passed them. */
const pass = (maintenanceRequestId = request) => send(ada, { maintenanceRequestId, body: 'Passed' });

test('69: a message about what the viewer does not see is refused like one about nothing, and nothing is written', async () => {
  const [mine, next] = homes.units;
  const ours = await openedIncident(gil);
  const cases: [Person, object][] = [
    [next.resident, { maintenanceRequestId: request }],
    [neighbours.owner, { maintenanceRequestId: request }],
    [gil, { maintenanceRequestId: request }],
    [cleo, { maintenanceRequestId: request }],
    [mine.resident, { customerId: homes.customerId }],
    [neighbours.owner, { customerId: homes.customerId }],
    [gil, { customerId: homes.customerId }],
    [ada, { incidentId: ours }],
  ];
  for (const [by, subject] of cases) {
    const [[field]] = Object.entries(subject) as [[string, string]];
    const unknown = { [field]: crypto.randomUUID() };
    const [foreign, missing] = [subject, unknown].map((about) =>
      refusals(by, 'messageSend', { input: { ...about, body: 'Hello' } }),
    );
    expect(await foreign).toEqual([
      { code: 'NOT_FOUND', path: ['input', field], message: expect.any(String) },
    ]);
    expect(await foreign).toEqual(await missing);
    expect(await codes(by, 'typingSet', { input: { ...subject, isTyping: true } })).toEqual(['NOT_FOUND']);
  }
  expect(await bodiesFor(ada)).toEqual([]);
});

test('69: a bad input is refused with the field and the fix', async () => {
  const two = { maintenanceRequestId: request, customerId: homes.customerId };
  const body = 'Hello';
  for (const input of [{ body }, { ...two, body }])
    expect(await refusals(ada, 'messageSend', { input })).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('exactly one') }),
    ]);
  const about = { maintenanceRequestId: request };
  for (const bad of [{ body: '' }, { body: ' \n ' }, { body: 'x'.repeat(4_001) }])
    expect(await refusals(ada, 'messageSend', { input: { ...about, ...bad } })).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'body'] }),
    ]);
  const mentionIds = Array.from({ length: 21 }, () => crypto.randomUUID());
  expect(await refusals(ada, 'messageSend', { input: { ...about, body, mentionIds } })).toEqual([
    expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'mentionIds'] }),
  ]);
  const forStaff = [
    { ...about, body, isInternal: true },
    { incidentId: await openedIncident(ada), body },
  ];
  for (const input of forStaff)
    expect(await codes(homes.owner, 'messageSend', { input })).toEqual(['FORBIDDEN_CHANGE']);
  const note = { ...about, isTyping: true, isInternal: true };
  expect(await codes(homes.owner, 'typingSet', { input: note })).toEqual(['FORBIDDEN_CHANGE']);
  expect(await codes(ada, 'messageDelete', { id: crypto.randomUUID() })).toEqual(['NOT_FOUND']);
  expect(await bodiesFor(ada)).toEqual([]);
});

test('69: a message reaches those who see its row, and no other user; a note of the staff reaches staff alone', async () => {
  const [mine, next] = homes.units;
  const readers: TestUser[] = [ada, sam, homes.owner, mine.resident];
  const others: TestUser[] = [cleo, next.resident, neighbours.owner, gil];
  const streams = await Promise.all(
    [...readers, ...others].map(async (person) =>
      person.follow(CHANGED, { after: await person.now(tenantOf(person)) }),
    ),
  );
  const id = await send(mine.resident, { maintenanceRequestId: request, body: 'It is cold.' });
  await send(ada, { maintenanceRequestId: request, body: 'A secret of the staff.', isInternal: true });
  await pass();
  const toldTo = async (count: number, at: number) => {
    const bodies: unknown[] = [];
    while (bodies.length < count)
      bodies.push(((await streams[at]?.change()) as Sent | undefined)?.message.body);
    return bodies;
  };
  for (const at of [0, 1])
    expect(await toldTo(3, at)).toEqual(['It is cold.', 'A secret of the staff.', 'Passed']);
  for (const at of [2, 3]) expect(await toldTo(2, at)).toEqual(['It is cold.', 'Passed']);
  // The others receive what is about their own rows.
  await send(gil, { incidentId: await openedIncident(gil), body: 'Ours' });
  await send(ada, { customerId: homes.customerId, body: 'For the CSR' });
  await send(ada, { maintenanceRequestId: await aRequest(neighbours), body: 'For Birch' });
  await send(ada, { incidentId: await openedIncident(ada), body: 'For all' });
  expect(await toldTo(1, 7)).toEqual(['Ours']);
  expect(await toldTo(1, 5)).toEqual(['For all']);
  expect(await toldTo(1, 4)).toEqual(['For the CSR']);
  expect(await toldTo(1, 6)).toEqual(['For Birch']);
  expect(await bodiesFor(mine.resident)).toEqual(['It is cold.', 'Passed', 'For all']);
  expect(await bodiesFor(next.resident)).toEqual(['For all']);
  const { message } = await homes.owner.ask(
    'query ($id: ID!) { message(id: $id) { author { id } isFromStaff } }',
    { id },
  );
  expect(message).toEqual({ author: { id: mine.resident.userId }, isFromStaff: false });
});

test('69: notes of the staff are in no list, count, search, unread number, audit entry or answer to an id of members', async () => {
  const [mine] = homes.units;
  const about = { maintenanceRequestId: await aRequest() };
  const note = await send(sam, { ...about, body: 'Zebra among us', isInternal: true });
  const unread = `{ unreadMessages(maintenanceRequestId: "${about.maintenanceRequestId}") }`;
  for (const person of [homes.owner, mine.resident]) {
    const found = await person.ask(LIST, { filter: { body: { contains: 'zebra' } } });
    expect(found.messages).toMatchObject({ totalCount: 0, nodes: [] });
    const internal = await person.ask(LIST, { filter: { isInternal: { equals: true } } });
    expect(internal.messages.totalCount).toBe(0);
    expect(await person.ask(unread)).toEqual({ unreadMessages: 0 });
    const one = 'query ($id: ID!) { message(id: $id) { id } node(id: $id) { id } }';
    expect(await person.ask(one, { id: note })).toEqual({ message: null, node: null });
    for (const [mutation, more] of [
      ['messageUpdate', { input: { body: 'x' } }],
      ['messageDelete', {}],
      ['messageMarkRead', {}],
    ] as const) {
      const [guessed, unknown] = [note, crypto.randomUUID()].map((id) =>
        refusals(person, mutation, { id, ...more }),
      );
      expect(await guessed).toEqual(await unknown);
      expect(await guessed).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
    const nested = await person.ask(
      'query ($id: ID!) { maintenanceRequest(id: $id) { version messages { totalCount nodes { id } } } }',
      { id: about.maintenanceRequestId },
    );
    expect(nested.maintenanceRequest).toEqual({ version: 1, messages: { totalCount: 0, nodes: [] } });
  }
  expect(await ada.ask(unread)).toEqual({ unreadMessages: 1 });
  const audited = await installation.aUser('OWNER', { tenantId: acme.id, customerId: homes.customerId });
  const permissions = ['audit:read', 'diffs:read'];
  await mutate(installation.root, 'userUpdate', { id: audited.userId, input: { permissions } });
  const log = `{ auditLog(first: 100, filter: { entity: { equals: MESSAGE } }) { totalCount nodes { entityId } } }`;
  const seenBy = async (person: Person) =>
    (await person.ask(log)).auditLog.nodes.map(({ entityId }: { entityId: string }) => entityId);
  expect(await seenBy(ada)).toContain(note);
  expect(await seenBy(audited)).not.toContain(note);
  expect(await seenBy(audited)).not.toEqual([]);
});

test('69: a message is edited and deleted visibly, by its author; an administrator deletes it, too', async () => {
  const [mine] = homes.units;
  const about = { maintenanceRequestId: await aRequest() };
  const id = await send(mine.resident, { ...about, body: 'Cold' });
  const change = { id, input: { body: 'Colder' } };
  for (const by of [homes.owner, ada])
    expect(await codes(by, 'messageUpdate', change)).toEqual(['FORBIDDEN_CHANGE']);
  expect(await codes(homes.owner, 'messageDelete', { id })).toEqual(['FORBIDDEN_CHANGE']);
  expect(await codes(sam, 'messageDelete', { id })).toEqual(['FORBIDDEN_CHANGE']);
  await mutate(mine.resident, 'messageUpdate', change);
  await mutate(mine.resident, 'messageUpdate', { ...change, expectedVersion: 2 });
  expect(await codes(mine.resident, 'messageUpdate', { ...change, expectedVersion: 1 })).toEqual([
    'VERSION_CONFLICT',
  ]);
  const shown = 'query ($id: ID!) { message(id: $id) { body version editedAt deletedAt } }';
  const time = expect.any(String);
  expect((await homes.owner.ask(shown, { id })).message).toEqual({
    ...{ body: 'Colder', version: 2, editedAt: time, deletedAt: null },
  });
  await mutate(ada, 'messageDelete', { id });
  expect((await homes.owner.ask(shown, { id })).message).toEqual({
    ...{ body: '', version: 3, editedAt: time, deletedAt: time },
  });
  expect(await codes(mine.resident, 'messageUpdate', change)).toEqual(['INVALID_STATE']);
});

test('69: a mention notifies its user once, however often the message is edited, and no other user', async () => {
  const [mine, next] = homes.units;
  const about = { maintenanceRequestId: await aRequest() };
  const id = await send(mine.resident, { ...about, body: 'Hello' });
  const mention = (...users: TestUser[]) =>
    mutate(mine.resident, 'messageUpdate', {
      id,
      input: { mentionIds: users.map(({ userId }) => userId), body: `Hello ${crypto.randomUUID()}` },
    });
  const ofIt = async (person: Person) =>
    (await inboxOf(person)).told.filter(({ entityId }) => entityId === id);
  const written = await send(homes.owner, {
    ...about,
    body: 'See this',
    mentionIds: [mine.resident.userId, homes.owner.userId],
  });
  const [told] = await untilInbox(mine.resident, ([first]) => first?.entityId === written);
  expect(told).toMatchObject({
    messageKey: 'mentionedOnRequest',
    text: 'You were mentioned in a message on a maintenance request.',
    count: 1,
  });
  expect((await inboxOf(homes.owner)).told.map(({ entityId }) => entityId)).not.toContain(written);
  const edit = (ids: string[]) =>
    mutate(homes.owner, 'messageUpdate', {
      id: written,
      input: { mentionIds: ids, body: crypto.randomUUID() },
    });
  for (let turn = 0; turn < 3; turn += 1) await edit([mine.resident.userId]);
  await mention();
  expect((await inboxOf(mine.resident)).told.find(({ entityId }) => entityId === written)).toMatchObject({
    count: 1,
  });
  for (const person of [next.resident, sam, ada, neighbours.owner, gil])
    expect((await inboxOf(person)).told.filter(({ entityType }) => entityType === 'Message')).toEqual([]);
  await edit([]);
  await untilInbox(mine.resident, (all) => !all.some(({ entityId }) => entityId === written));
  const { told: left, unread } = await inboxOf(mine.resident);
  expect(unread).toBe(left.filter(({ isRead }) => !isRead).length);
  expect(await ofIt(mine.resident)).toEqual([]);
});

test('69: a message that is deleted takes its notification along', async () => {
  const about = { maintenanceRequestId: await aRequest() };
  const id = await send(ada, { ...about, body: 'Look', mentionIds: [sam.userId] });
  await untilInbox(sam, ([first]) => first?.entityId === id);
  await mutate(ada, 'messageDelete', { id });
  await untilInbox(sam, (all) => !all.some(({ entityId }) => entityId === id));
  const { told, unread } = await inboxOf(sam);
  expect(unread).toBe(told.filter(({ isRead }) => !isRead).length);
});

test('69: a user who may not read a message is mentioned like one that does not exist: refused, without a notification', async () => {
  const [mine, next] = homes.units;
  const about = { maintenanceRequestId: request, body: 'Psst' };
  const unknown = await refusals(ada, 'messageSend', {
    input: { ...about, mentionIds: [crypto.randomUUID()] },
  });
  expect(unknown).toEqual([
    { code: 'NOT_FOUND', path: ['input', 'mentionIds'], message: expect.any(String) },
  ]);
  const cases: [TestUser, object][] = [
    [mine.resident, { isInternal: true }],
    [homes.owner, { isInternal: true }],
    [next.resident, {}],
    [neighbours.owner, {}],
    [cleo, {}],
    [gil, {}],
  ];
  for (const [{ userId }, more] of cases)
    expect(
      await refusals(ada, 'messageSend', { input: { ...about, ...more, mentionIds: [userId] } }),
    ).toEqual(unknown);
  expect(
    await refusals(mine.resident, 'messageSend', { input: { ...about, mentionIds: [sam.userId] } }),
  ).toEqual(unknown);
  for (const [person] of cases)
    expect((await inboxOf(person)).told.map(({ messageKey }) => messageKey)).not.toContain(
      'mentionedOnRequestInternally',
    );
});

test('69: the conversation of a customer is for staff and those who manage it, an incident’s is read by all and written by staff', async () => {
  const [mine] = homes.units;
  await send(homes.owner, { customerId: homes.customerId, body: 'Our contract' });
  const account = '{ account { messages { nodes { body } } } }';
  expect(
    (await homes.owner.ask(account)).account.messages.nodes.map(({ body }: { body: string }) => body),
  ).toContain('Our contract');
  expect((await mine.resident.ask(account)).account.messages.nodes).toEqual([]);
  expect(await bodiesFor(neighbours.owner)).not.toContain('Our contract');
  const incidentId = await openedIncident(ada);
  await send(ada, { incidentId, body: 'We are on it' });
  await send(ada, { incidentId, body: 'It was us', isInternal: true });
  for (const person of [homes.owner, neighbours.units[1].resident]) {
    const bodies = await bodiesFor(person);
    expect(bodies).toContain('We are on it');
    expect(bodies).not.toContain('It was us');
  }
});

test('69: messages are read on all devices up to a mark that never moves back, and the unread number counts what is listed', async () => {
  const [mine] = homes.units;
  const maintenanceRequestId = await aRequest();
  const ids: string[] = [];
  for (const body of ['one', 'two', 'three']) ids.push(await send(ada, { maintenanceRequestId, body }));
  await send(ada, { maintenanceRequestId, body: 'note', isInternal: true });
  await send(mine.resident, { maintenanceRequestId, body: 'mine' });
  const unread = async (person: Person) =>
    (await person.ask(`{ unreadMessages(maintenanceRequestId: "${maintenanceRequestId}") }`)).unreadMessages;
  expect([await unread(mine.resident), await unread(homes.owner), await unread(sam)]).toEqual([3, 4, 5]);
  const desk = mine.resident.follow(
    'subscription ($after: Cursor) { readMarkChanged(after: $after) { __typename ... on ReadMarkCreated { readMark { maintenanceRequestId } } } }',
    { after: await mine.resident.now(acme.id) },
  );
  await mutate(mine.resident, 'messageMarkRead', { id: ids[1] });
  expect(await desk.change()).toMatchObject({ readMark: { maintenanceRequestId } });
  expect(await unread(mine.resident)).toBe(1);
  await mutate(mine.resident, 'messageMarkRead', { id: ids[0] });
  expect(await unread(mine.resident)).toBe(1);
  await mutate(ada, 'messageDelete', { id: ids[2] });
  expect([await unread(mine.resident), await unread(homes.owner)]).toEqual([0, 3]);
  for (const person of [homes.owner, ada])
    expect((await person.ask('{ readMarks { totalCount } }')).readMarks.totalCount).toBe(0);
});

test('69: a row that is deleted takes its conversation and its read marks along', async () => {
  const maintenanceRequestId = await aRequest();
  const id = await send(homes.owner, {
    maintenanceRequestId,
    body: 'Soon gone',
    mentionIds: [homes.units[0].resident.userId],
  });
  await mutate(ada, 'messageMarkRead', { id });
  await untilInbox(homes.units[0].resident, ([first]) => first?.entityId === id);
  const gone = ada.follow('subscription ($after: Cursor) { messageRemoved(after: $after) { entityId } }', {
    after: await ada.now(acme.id),
  });
  await mutate(ada, 'maintenanceRequestDelete', { id: maintenanceRequestId });
  expect(await gone.event()).toEqual({ entityId: id });
  expect(
    await ada.ask('query ($id: ID!) { message(id: $id) { id } readMarks { totalCount } }', { id }),
  ).toEqual({
    message: null,
    readMarks: { totalCount: 0 },
  });
  await untilInbox(homes.units[0].resident, (all) => !all.some(({ entityId }) => entityId === id));
});

test('69: a right that is withdrawn ends the messages of that kind, and the right to messages the stream, before the next one', async () => {
  const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const stream = support.follow(CHANGED, { after: await support.now(acme.id) });
  await pass();
  expect(await stream.change()).toMatchObject({ message: { body: 'Passed' } });
  const grant = (...value: string[]) =>
    mutate(ada, 'configUpdate', {
      input: { scope: 'TENANT', set: [{ path: 'permissions.templates.SUPPORT', value }] },
    });
  await grant('messages:read', 'customers:read');
  await pass();
  await send(ada, { customerId: homes.customerId, body: 'Of the customer' });
  expect(await stream.change()).toMatchObject({ message: { body: 'Of the customer' } });
  await grant('customers:read');
  const { errors } = await stream.next();
  expect(errors?.[0]?.extensions?.code).toBe('SUBSCRIPTION_REVOKED');
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: ['permissions.templates.SUPPORT'] } });
});

test('69: a user sends at most 60 messages in a minute; other users are not held up', async () => {
  const talker = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const input = { maintenanceRequestId: request, body: 'And another thing' };
  for (let turn = 0; turn < 60; turn += 1) await send(talker, input);
  expect(await refusals(talker, 'messageSend', { input })).toEqual([
    expect.objectContaining({ code: 'LIMIT_REACHED', message: expect.stringContaining('60') }),
  ]);
  await pass();
});
