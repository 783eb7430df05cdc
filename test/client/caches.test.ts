import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Lockstep, Row } from '@lockstep/client';
import { keepCache, lockstepLink, writeRows } from '@lockstep/client/apollo';
import { possibleTypes } from '@lockstep/client/schema';
import { lockstepExchange } from '@lockstep/client/urql';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { aSignedIn, until } from '../support/live-client.ts';
import { PATIENCE_MS, within } from '../support/patience.ts';
import { startTcpProxy } from '../support/servers/tcp-proxy.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const wire = await startTcpProxy(Number(new URL(installation.app.url).port));
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

afterAll(() => wire.stop());

const LIST = gql`query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { id version company } } }`;
const CREATED = gql`subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }`;

async function aUser(): Promise<Lockstep> {
  const lockstep = await aSignedIn(installation, ada, { url: `http://127.0.0.1:${wire.port}` });
  undo.push(() => lockstep.close());
  return lockstep;
}

/** The names of customers that a client shows, to wait for. */
class Shown {
  #names: readonly string[] = [];
  readonly all: string[] = [];
  #look = () => {};

  show(names: readonly string[]): void {
    this.#names = names;
    this.all.push(...names);
    this.#look();
  }

  has(wanted: (names: readonly string[]) => boolean): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#look = () => wanted(this.#names) && resolve();
      this.#look();
    });
    return within(PATIENCE_MS, () => `Shown are ${this.#names}`, arrived);
  }
}

const create = (company: string) => installation.aCustomer(acme.id, company);
const rename = (id: string, company: string) =>
  ada.ask(
    'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }',
    { id, company },
  );

describe('Apollo Client', () => {
  async function anApollo() {
    const lockstep = await aUser();
    const client = new ApolloClient({
      cache: new InMemoryCache({ possibleTypes }),
      link: lockstepLink(lockstep),
    });
    undo.push(keepCache(lockstep, client), () => client.stop());
    return { lockstep, client };
  }

  function watch(client: ApolloClient, name: string): Shown {
    const shown = new Shown();
    const variables = { filter: { company: { startsWith: name } } };
    const watched = client.watchQuery({ query: LIST, variables }).subscribe(({ data }) => {
      const nodes = (data as { customers?: { nodes: { company: string }[] } } | undefined)?.customers?.nodes;
      if (nodes) shown.show(nodes.map(({ company }) => company));
    });
    undo.push(() => watched.unsubscribe());
    return shown;
  }

  test('resumes a subscription over the link when the connection was cut: nothing is lost, nothing comes twice', async () => {
    const { lockstep, client } = await anApollo();
    const seen = new Shown();
    const stream = client.subscribe({
      query: CREATED,
      fetchPolicy: 'no-cache',
      variables: { after: await ada.now(acme.id) },
    });
    const subscription = stream.subscribe(({ data }) => {
      seen.show([
        (data as { customerCreated: { customer: { company: string } } }).customerCreated.customer.company,
      ]);
    });
    undo.push(() => subscription.unsubscribe());
    for (const name of ['Alder', 'Birch', 'Cedar']) {
      await create(name);
      await seen.has(([last]) => last === name);
      wire.cut();
      await until(lockstep.connection, 'offline', ({ state }) => state === 'offline');
    }
    expect(seen.all).toEqual(['Alder', 'Birch', 'Cedar']);
  });

  test('shows a new row after a refetch that sync asked for, and a new version from a live list', async () => {
    const { lockstep, client } = await anApollo();
    const name = crypto.randomUUID();
    const id = await create(`${name} one`);
    const shown = watch(client, name);
    await shown.has((names) => names.length === 1);
    const list = lockstep.liveList<Row>('fragment Row on Customer { company }', {
      filter: { company: { startsWith: name } },
    });
    undo.push(writeRows(client, list as never));
    await until(list, 'in step', ({ status }) => status === 'in-step');
    await rename(id, `${name} two`);
    await shown.has(([only]) => only === `${name} two`);

    const isOpen = until(lockstep.connection, 'catching up', ({ state }) => state === 'catching-up');
    undo.push(lockstep.sync(['Customer']));
    await isOpen;
    await until(lockstep.connection, 'in step', ({ state }) => state === 'in-step');
    await create(`${name} three`);
    await shown.has((names) => names.length === 2);
  });

  test('has nothing of a user in its cache after the sign-out', async () => {
    const { lockstep, client } = await anApollo();
    const name = await create('Secret').then(() => 'Secret');
    await watch(client, name).has((names) => names.length > 0);
    await lockstep.session.signOut();
    expect(JSON.stringify(client.cache.extract())).not.toContain('Secret');
  });
});

describe('urql', () => {
  async function anUrql() {
    const lockstep = await aUser();
    const client = new Client({
      url: `${lockstep.url}/graphql`,
      fetch: lockstep.session.fetch,
      preferGetMethod: false,
      exchanges: [lockstepExchange(lockstep), cacheExchange, fetchExchange],
    });
    return { lockstep, client };
  }

  test('resumes a subscription when the connection was cut: nothing is lost, nothing comes twice', async () => {
    const { lockstep, client } = await anUrql();
    const seen = new Shown();
    const { unsubscribe } = client
      .subscription(CREATED, { after: await ada.now(acme.id) })
      .subscribe(({ data }) => {
        if (data) seen.show([data.customerCreated.customer.company]);
      });
    undo.push(unsubscribe);
    for (const name of ['Alder', 'Birch', 'Cedar']) {
      await create(name);
      await seen.has(([last]) => last === name);
      wire.cut();
      await until(lockstep.connection, 'offline', ({ state }) => state === 'offline');
    }
    expect(seen.all).toEqual(['Alder', 'Birch', 'Cedar']);
  });

  test('asks a query again when sync has seen a change of its entity, and ends the error of a stream with it', async () => {
    const { lockstep, client } = await anUrql();
    const name = crypto.randomUUID();
    const shown = new Shown();
    const { unsubscribe } = client
      .query(LIST, { filter: { company: { startsWith: name } } })
      .subscribe(({ data }) => {
        if (data) shown.show(data.customers.nodes.map(({ company }: { company: string }) => company));
      });
    undo.push(unsubscribe, lockstep.sync(['Customer']));
    await until(lockstep.connection, 'in step', ({ state }) => state === 'in-step');
    await create(`${name} one`);
    await shown.has((names) => names.length === 1);
    const { error } = await client.subscription('subscription { nonsense }', {}).toPromise();
    expect(error?.graphQLErrors[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});
