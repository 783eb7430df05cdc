import { afterEach, describe, expect, test } from '@jest/globals';
import type { ListState, LiveList, Lockstep, OrderBy } from '@lockstep/client';
import { parse } from 'graphql';
import { aSignedIn, until } from '../support/live-client.ts';
import { aStage } from '../support/stage.ts';

interface Customer {
  readonly id: string;
  readonly version: number;
  readonly company: string;
  readonly internalNotes?: string | null;
}

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const ROW = 'fragment CustomerRow on Customer { company }';
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!) {
  customerUpdate(id: $id, input: $input) { userErrors { message } } }`;
const clients: Lockstep[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function aUserOf(email = ada.email): Promise<Lockstep> {
  const client = await aSignedIn(installation, { email });
  clients.push(client);
  return client;
}

/** A filter that finds the customers of one test, and the function that creates them. */
function aGroup() {
  const name = crypto.randomUUID();
  return {
    filter: { company: { startsWith: name } },
    named: (suffix: string) => `${name} ${suffix}`,
    create: (suffix: string) => installation.aCustomer(acme.id, `${name} ${suffix}`),
    suffixes: (rows: readonly { company: string }[]) =>
      rows.map(({ company }) => company.slice(name.length + 1)),
  };
}

const rename = (id: string, company: string) => ada.ask(UPDATE, { id, input: { company } });
const remove = (id: string) =>
  ada.ask('mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }', { id });

/** Waits for the rows, and keeps the list in use until the client closes. */
function inStep(list: LiveList<Customer>, count: number): Promise<ListState<Customer>> {
  list.subscribe(() => {});
  return until(
    list,
    `${count} rows in step`,
    ({ rows, status }) => status === 'in-step' && rows.length === count,
  );
}

describe('a live list is refused', () => {
  test('without a session: it ends with the code of the server, and no connection is made', async () => {
    const client = await aUserOf();
    await client.session.signOut();
    await expect(client.liveList<Customer>(ROW).ready()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(client.connection.get().state).toBe('signed-out');
  });

  test('of a type that has none, or with an argument that its field does not have', async () => {
    const client = await aUserOf();
    expect(() => client.liveList('fragment X on Viewer { id }')).toThrow('There is no live list of "Viewer"');
    const list = client.liveList('fragment X on Plan { name }', { organizationId: acme.organizationId });
    await expect(list.ready()).rejects.toThrow('planChanged has no argument "organizationId"');
  });

  test('with a field that does not exist: it ends with the error, and is not tried again', async () => {
    const client = await aUserOf();
    const list = client.liveList('fragment X on Customer { nonsense }');
    await expect(list.ready()).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(client.connection.get().state).toBe('idle');
  });

  test('after the right to it was withdrawn: the rows are gone from it', async () => {
    const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
    await ada.ask(
      'mutation { planCreate(input: { name: "Gold", monthlyPrice: { amountMinor: 1, currency: EUR } }) { userErrors { message } } }',
    );
    const client = await aUserOf(support.email);
    const list = client.liveList('fragment PlanRow on Plan { name }');
    await until(list, 'rows', ({ rows }) => rows.length > 0);
    await ada.ask('mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }', {
      id: support.userId,
    });
    const { rows, error } = await until(list, 'ended', ({ status }) => status === 'ended');
    expect(rows).toEqual([]);
    // A client that connects again in between is refused.
    expect(['SUBSCRIPTION_REVOKED', 'FORBIDDEN']).toContain(error?.code);
  });
});

describe('a live list', () => {
  test('has the rows of several pages, in order, and then each change', async () => {
    const { filter, create, named, suffixes } = aGroup();
    const letters = [...'zyxwvutsrqponmlkjihgfedcbaZYX'];
    for (const letter of letters) await create(letter);
    const orderBy: OrderBy[] = [{ field: 'company' }];
    const list = (await aUserOf()).liveList<Customer>(ROW, { filter, orderBy });
    const { rows } = await inStep(list, letters.length);
    expect(suffixes(rows)).toEqual(letters.toSorted());

    const [first, second] = rows;
    await rename(first?.id ?? '', named('~'));
    await remove(second?.id ?? '');
    await create('M');
    const { rows: after, changed } = await until(list, 'changed', ({ rows }) => suffixes(rows).includes('M'));
    expect(suffixes(after)).toEqual(['Z', 'M', ...letters.toSorted().slice(3), '~'].toSorted());
    expect(changed.get(first?.id ?? '')).toMatchObject({ fields: ['company'], by: { id: ada.userId } });
  });

  test('gives the same object until something changed, and the same rows where nothing did', async () => {
    const { filter, create, named } = aGroup();
    const [changing] = [await create('one'), await create('two')];
    const list = (await aUserOf()).liveList<Customer>(ROW, { filter });
    const before = await inStep(list, 2);
    expect(list.get()).toBe(before);
    await rename(changing, named('three'));
    const after = await until(list, 'renamed', ({ rows }) => rows.some(({ version }) => version > 1));
    const same = (state: ListState<Customer>) => state.rows.find(({ id }) => id !== changing);
    expect(same(after)).toBe(same(before));
  });

  test('is one list with one stream for the same arguments, and ends with its last listener', async () => {
    const { filter, create } = aGroup();
    await create('one');
    const client = await aUserOf();
    const [list, again] = [
      client.liveList<Customer>(ROW, { filter }),
      client.liveList<Customer>(ROW, { filter }),
    ];
    expect(again).toBe(list);
    const stops = [list.subscribe(() => {}), again.subscribe(() => {})];
    await until(list, 'in step', ({ status }) => status === 'in-step');
    for (const stop of stops) stop();
    await until(client.connection, 'idle', ({ state }) => state === 'idle');
    expect(list.get().status).toBe('idle');
  });

  test('shows nothing when it is closed while its first rows arrive', async () => {
    const { filter, create } = aGroup();
    await create('one');
    const client = await aUserOf();
    const list = client.liveList<Customer>(ROW, { filter });
    const seen: string[] = [];
    list.subscribe(() => seen.push(list.get().status));
    await until(client.connection, 'connected', ({ state }) => state === 'catching-up');
    client.close();
    expect({ seen, state: list.get() }).toEqual({
      seen: ['loading', 'idle'],
      state: expect.objectContaining({ rows: [] }),
    });
  });

  test('receives its rows again after a change of rights, and keeps the old ones until then', async () => {
    const { filter, create } = aGroup();
    const id = await create('one');
    await ada.ask(UPDATE, { id, input: { internalNotes: 'late payer' } });
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const may = (permissions: string[]) =>
      ada.ask(
        'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }',
        { id: csr.userId, input: { permissions } },
      );
    await may(['notes:read']);
    const client = await aUserOf(csr.email);
    const list = client.liveList<Customer>('fragment Notes on Customer { company internalNotes }', {
      filter,
    });
    await inStep(list, 1);
    const counts = new Set<number>();
    list.subscribe(() => counts.add(list.get().rows.length));
    await may([]);
    await until(list, 'without notes', ({ rows }) => rows[0]?.internalNotes === null);
    expect([...counts]).toEqual([1]);
  });

  test('takes a parsed fragment, and a subscription of the author', async () => {
    const { filter, create, suffixes } = aGroup();
    await create('one');
    const client = await aUserOf();
    const own = `subscription ($filter: CustomerFilter, $after: Cursor) {
      customerChanged(filter: $filter, after: $after, snapshot: true) {
        __typename
        ... on CustomerSnapshot { page isLast nodes { __typename id version company } }
        ... on CustomerCreated { customer { __typename id version company } }
        ... on CustomerDeleted { customerId }
      } }`;
    const lists = [
      client.liveList(parse(ROW), { filter }),
      client.liveList(own, { filter }),
    ] as LiveList<Customer>[];
    for (const list of lists) await inStep(list, 1);
    await remove((await create('two')) && (lists[0]?.get().rows[0]?.id ?? ''));
    for (const list of lists) {
      const { rows } = await until(list, 'the second alone', ({ rows }) => suffixes(rows).join() === 'two');
      expect(rows).toHaveLength(1);
    }
  });
});

test('a live entity is its row, and gone when that is deleted', async () => {
  const { create, named } = aGroup();
  const id = await create('one');
  const client = await aUserOf();
  const entity = client.liveEntity<Customer>(ROW, id);
  const stop = entity.subscribe(() => {});
  await until(entity, 'the row', ({ row }) => row?.company === named('one'));
  await rename(id, named('two'));
  await until(entity, 'renamed', ({ row }) => row?.company === named('two'));
  await remove(id);
  expect(await until(entity, 'gone', ({ status }) => status === 'gone')).toEqual({
    row: null,
    status: 'gone',
  });
  stop();
});

test('events are the changes from now on, without positions and rows', async () => {
  const { filter, create, named } = aGroup();
  const id = await create('one');
  const client = await aUserOf();
  const list = client.liveList<Customer>(ROW, { filter });
  const seen: unknown[] = [];
  const stop = client
    .events<Customer>(ROW, { filter })
    .subscribe((event) => seen.push([event.type, event.row?.company]));
  await inStep(list, 1);
  list.subscribe(() => {});
  await until(client.connection, 'in step', ({ state }) => state === 'in-step');
  await rename(id, named('two'));
  await create('three');
  await remove(id);
  await until(list, 'the third', ({ rows }) => rows.length === 1 && rows[0]?.company === named('three'));
  await until(
    client.liveList<Customer>('fragment Other on Customer { id }', { filter }),
    'one',
    ({ rows }) => rows.length === 1,
  );
  expect(seen).toEqual([
    ['CustomerUpdated', named('two')],
    ['CustomerCreated', named('three')],
    ['CustomerDeleted', undefined],
  ]);
  stop();
});
