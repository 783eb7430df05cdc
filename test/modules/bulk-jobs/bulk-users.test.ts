import { describe, expect, test } from '@jest/globals';
import { DELETE, doInBulk, UPDATE } from '../../support/bulk.ts';
import type { TestUser } from '../../support/installation.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada, globex } = await aStage({ acme: { ada: 'TENANT_ADMIN' }, globex: {} });

const USERS = 'query ($ids: [ID!]!) { users(filter: { id: { in: $ids } }) { nodes { id attributes } } }';

async function people(count: number, place: object = { tenantId: acme.id }): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `${crypto.randomUUID()}@lockstep.test`;
    const { userCreate } = await installation.root.ask(
      'mutation ($input: UserCreateInput!) { userCreate(input: $input) { userId userErrors { message } } }',
      { input: { ...place, role: 'CSR', name: 'Somebody', email, department: 'bulk' } },
    );
    ids.push(userCreate.userId);
  }
  return ids;
}

async function errorsOf(person: TestUser, mutation: string, variables: object) {
  const { data, errors } = await person.run(mutation, { ...variables });
  const [payload] = Object.values(data ?? {}) as { userErrors: object[] }[];
  return errors?.map(({ extensions }) => extensions.code) ?? payload?.userErrors;
}

describe('a bulk job is refused', () => {
  test('to a viewer who may not change users, and in another tenant', async () => {
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const ids = await people(1);
    expect(await errorsOf(csr, DELETE, { ids })).toEqual(['FORBIDDEN']);
    expect(await errorsOf(ada, DELETE, { tenantId: globex.id, ids })).toEqual([
      { code: 'NOT_FOUND', message: 'There is no such tenant.', path: ['tenantId'] },
    ]);
    expect((await ada.ask(USERS, { ids })).users.nodes).toHaveLength(1);
  });

  test('without a choice of users, with two choices, and with one that chooses everything', async () => {
    const code = 'INVALID_INPUT';
    const message = 'Say which rows are meant: either by ids or by a filter.';
    expect(await errorsOf(ada, DELETE, {})).toEqual([{ code, message, path: ['ids'] }]);
    const both = { ids: [], filter: { role: { equals: 'CSR' } } };
    expect(await errorsOf(ada, DELETE, both)).toEqual([{ code, message, path: ['ids'] }]);
    const everything = { code, message: 'The filter chooses everything.', path: ['filter'] };
    expect(await errorsOf(ada, DELETE, { filter: {} })).toEqual([everything]);
  });

  test('about more than 10,000 rows, naming the limit', async () => {
    const ids = Array.from({ length: 10_001 }, () => crypto.randomUUID());
    const message = 'A job may have at most 10000 rows: there are 10001.';
    expect(await errorsOf(ada, DELETE, { ids })).toEqual([{ code: 'INVALID_INPUT', message, path: ['ids'] }]);
  });

  test('without a change of attributes, and with one that is none', async () => {
    const ids = await people(1);
    const nothing = { code: 'INVALID_INPUT', message: 'Say what to add or to remove.', path: ['add'] };
    expect(await errorsOf(ada, UPDATE, { ids })).toEqual([nothing]);
    expect(await errorsOf(ada, UPDATE, { ids, add: [''] })).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', path: ['add', '0'] }),
    ]);
  });

  test('with a filter on a field that the viewer may not read', async () => {
    const { userId } = ada;
    const eve = await installation.aUser('CSR', { tenantId: acme.id });
    await installation.root.ask(
      'mutation ($id: ID!) { userUpdate(id: $id, input: { permissions: ["users:write"] }) { userErrors { message } } }',
      { id: eve.userId },
    );
    const byMail = { filter: { email: { contains: '@' } } };
    expect(await errorsOf(eve, DELETE, byMail)).toEqual(['FORBIDDEN']);
    expect((await ada.ask(USERS, { ids: [userId] })).users.nodes).toHaveLength(1);
  });
});

test('each item is done or refused for itself, in the order of ids: an unknown user, the viewer, one of another tenant, and the same one twice', async () => {
  const [first, second] = (await people(2)) as [string, string];
  const [foreign] = (await people(1, { tenantId: globex.id })) as [string];
  const nobody = crypto.randomUUID();
  const job = await doInBulk(ada, acme.id, DELETE, {
    ids: [first, nobody, ada.userId, foreign, first, second],
  });
  const refused = { status: 'FAILED', errorCode: 'NOT_FOUND', message: 'There is no such user.' };
  expect(job).toMatchObject({
    status: 'COMPLETED',
    total: 5,
    doneCount: 5,
    succeededCount: 2,
    failedCount: 3,
  });
  const expected = [
    { targetId: first, status: 'SUCCEEDED', errorCode: null, message: null },
    { targetId: nobody, ...refused },
    {
      targetId: ada.userId,
      status: 'FAILED',
      errorCode: 'FORBIDDEN_CHANGE',
      message: expect.stringContaining('delete yourself'),
    },
    { targetId: foreign, ...refused },
    { targetId: second, status: 'SUCCEEDED', errorCode: null, message: null },
  ];
  expect(job.items.nodes).toEqual(
    expected.toSorted((one, other) => (one.targetId < other.targetId ? -1 : 1)),
  );
  expect((await ada.ask(USERS, { ids: [first, second, ada.userId] })).users.nodes).toHaveLength(1);
  const { user } = await installation.root.ask('query ($id: ID!) { user(id: $id) { id } }', { id: foreign });
  expect(user).toEqual({ id: foreign });
});

test('a job changes users of its tenant only, even if the viewer may change those of others', async () => {
  const [own] = (await people(1)) as [string];
  const [foreign] = (await people(1, { tenantId: globex.id })) as [string];
  const job = await doInBulk(installation.root as TestUser, acme.id, DELETE, { ids: [own, foreign] });
  expect(job.items.nodes.map((item: { status: string }) => item.status)).toEqual(['SUCCEEDED', 'FAILED']);
});

test('users are chosen by a filter when the job is asked for, and each change of attributes is an event', async () => {
  const ids = await people(3);
  const after = await ada.now(acme.id);
  const each = ada.follow(
    'subscription ($after: Cursor) { userUpdated(after: $after) { requestId user { id attributes } } }',
    { after },
  );
  const whole = ada.follow(
    'subscription ($after: Cursor) { usersAttributesUpdated(after: $after) { requestId bulkJob { succeededCount addedAttributes } } }',
    { after },
  );
  await doInBulk(ada, acme.id, UPDATE, {
    filter: { and: [{ department: { equals: 'bulk' } }, { id: { in: ids } }] },
    add: ['night-shift'],
  });
  const events = (await each.take(3)) as { requestId: string; user: { id: string; attributes: string[] } }[];
  expect(events.map(({ user }) => user)).toEqual(
    ids.toSorted().map((id) => ({ id, attributes: ['night-shift'] })),
  );
  expect(await whole.event()).toEqual({
    requestId: events[0]?.requestId,
    bulkJob: { succeededCount: 3, addedAttributes: ['night-shift'] },
  });
});
