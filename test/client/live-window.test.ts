import { afterEach, expect, test } from '@jest/globals';
import type { ListVariables, Lockstep } from '@lockstep/client';
import { aSignedIn, until } from '../support/live-client.ts';
import { aStage } from '../support/stage.ts';

interface Customer {
  readonly id: string;
  readonly company: string;
  readonly email: string | null;
}

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const ROW = 'fragment CustomerRow on Customer { company email }';
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!) {
  customerUpdate(id: $id, input: $input) { userErrors { message } } }`;
const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
const LIST = `query ($filter: CustomerFilter, $orderBy: [CustomerOrder!], $first: Int) {
  customers(filter: $filter, orderBy: $orderBy, first: $first) { nodes { id company email } } }`;
const clients: Lockstep[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function aClient(): Promise<Lockstep> {
  const client = await aSignedIn(installation, { email: ada.email });
  clients.push(client);
  return client;
}

test('a window that the server refuses ends with its error', async () => {
  const list = (await aClient()).liveList(ROW, { first: 101 });
  await expect(list.ready()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('S: a live list of the first rows equals a fresh query after random changes, and is never published in the middle of one', async () => {
  const name = crypto.randomUUID();
  const ids: string[] = [];
  const create = async (suffix: string) =>
    ids.push(await installation.aCustomer(acme.id, `${name} ${suffix}`));
  for (const suffix of 'GFEDCBA') await create(suffix);
  const filter = { company: { startsWith: name } };
  const client = await aClient();
  const orders: ListVariables['orderBy'][] = [
    [{ field: 'company' }],
    [{ field: 'updatedAt', direction: 'DESC' }],
  ];
  const lists = orders.map((orderBy = []) => {
    const sorted = orderBy.map(({ field, direction = 'ASC' }) => ({
      field: field === 'company' ? 'COMPANY' : 'UPDATED_AT',
      direction,
    }));
    const list = client.liveList<Customer>(ROW, { filter, orderBy, first: 4 });
    const counts = new Set<number>();
    list.subscribe(() => counts.add(list.get().rows.length));
    return { list, counts, asked: { filter, orderBy: sorted, first: 4 } };
  });
  for (const { list } of lists) await until(list, 'in step', ({ status }) => status === 'in-step');
  const idAt = (number: number) => ids[(number * 5) % ids.length];
  const acts = [
    (number: number) => create(`AB${number}`),
    (number: number) => ada.ask(UPDATE, { id: idAt(number), input: { company: `${name} ${number % 9}` } }),
    (number: number) => ada.ask(UPDATE, { id: idAt(number), input: { email: `n${number}@x.test` } }),
    (number: number) => ada.ask(DELETE, { id: ids.splice(number % ids.length, 1)[0] }),
  ];
  for (let number = 0; number < 32; number += 1) {
    await acts[number % acts.length]?.(number);
    for (const { list, asked } of lists) {
      const fresh = (await ada.ask(LIST, asked)).customers.nodes as Customer[];
      const text = (rows: readonly Customer[]) =>
        JSON.stringify(rows.map(({ id, company, email }) => [id, company, email]));
      await until(list, text(fresh), ({ rows }) => text(rows) === text(fresh));
    }
  }
  expect(lists.map(({ counts }) => [...counts])).toEqual(
    [
      [0, 4],
      [0, 4],
    ].map((counts) => counts.slice(-counts.length)),
  );
});
