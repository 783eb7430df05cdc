import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import relay, { type GraphQLTaggedNode } from 'relay-runtime';
import { WebSocket } from 'ws';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { Environment, Network, Observable, RecordSource, Store } = relay;
const { fetchQuery, requestSubscription } = relay;

/** The documents of a page of Relay: a list to page through, a row to read again by `node(id:)`, and a subscription to it. */
const CUSTOMERS = `const { graphql } = require('relay-runtime');
graphql\`
  fragment Customers_page on Query
  @refetchable(queryName: "CustomersRefetch")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    customers(first: $count, after: $cursor) @connection(key: "Customers_customers") {
      edges { node { id ...Customers_name } }
    }
  }
\`;
graphql\`fragment Customers_name on Customer @refetchable(queryName: "CustomersNameRefetch") { company }\`;
graphql\`query CustomersQuery { ...Customers_page }\`;
graphql\`
  subscription CustomersSubscription($after: Cursor) {
    customerUpdated(after: $after) { customer { ...Customers_name } }
  }
\`;
`;

// The package has no types: it exports the path of its program.
const require = createRequire(import.meta.url);
const relayCompiler = require('relay-compiler') as string;
const SCHEMA = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-relay-'));

beforeAll(() => {
  for (const name of ['src', 'compiled']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'src/Customers.js'), CUSTOMERS);
  copyFileSync(SCHEMA, path.join(folder, 'schema.graphql'));
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './compiled',
    eagerEsModules: false,
  };
  writeFileSync(path.join(folder, 'relay.config.json'), JSON.stringify(config));
  // The compiler ends with a code other than 0 for a document that the schema does not allow.
  execFileSync(relayCompiler, ['relay.config.json'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

const compiled = (name: string): GraphQLTaggedNode =>
  createRequire(path.join(folder, 'compiled/any.js'))(`./${name}.graphql.js`);

/** An environment of Relay that asks over HTTP and subscribes over a WebSocket. */
function environmentOf(url: string, token: string | null) {
  const authorization = `Bearer ${token}`;
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
  const network = Network.create(
    async ({ text: query }, variables) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      });
      return answer.json();
    },
    ({ text: query }, variables) =>
      Observable.create((sink) => socket.subscribe({ query: String(query), variables }, sink as never)),
  );
  return { environment: new Environment({ network, store: new Store(new RecordSource()) }), socket };
}

test('Relay compiles refetchable fragments against the schema; a query, the next page, node(id:) and a subscription fill its store', async () => {
  for (const company of ['Alder', 'Birch', 'Cedar']) await installation.aCustomer(acme.id, company);
  const { environment, socket } = environmentOf(installation.app.url, ada.token);
  // biome-ignore lint/suspicious/noExplicitAny: the artifacts have no types
  const ask = (name: string, variables = {}): Promise<any> =>
    fetchQuery(environment, compiled(name), variables).toPromise();
  const companies = () =>
    Object.values(environment.getStore().getSource().toJSON())
      .map((record) => record?.company)
      .filter(Boolean)
      .toSorted();

  await ask('CustomersQuery');
  expect(companies()).toEqual(['Alder', 'Birch']);
  const root = environment.getStore().getSource().get('client:root');
  const link = root?.__Customers_customers_connection as { __ref: string } | undefined;
  const { endCursor } = (environment.getStore().getSource().get(`${link?.__ref}:pageInfo`) ?? {}) as {
    endCursor?: string;
  };
  await ask('CustomersRefetch', { count: 1, cursor: endCursor });
  expect(companies()).toEqual(['Alder', 'Birch', 'Cedar']);

  const [alder] = (await ada.ask('{ customers(first: 1) { nodes { id } } }')).customers.nodes;
  const after = await ada.now(acme.id);
  await mutate(ada, 'customerUpdate', { id: alder.id, input: { company: 'Ash' } });
  await ask('CustomersNameRefetch', { id: alder.id });
  expect(companies()).toEqual(['Ash', 'Birch', 'Cedar']);

  const seen = new Promise<void>((resolve, reject) => {
    requestSubscription(environment, {
      subscription: compiled('CustomersSubscription'),
      variables: { after },
      onNext: () => companies().includes('Aspen') && resolve(),
      onError: reject,
    });
  });
  await mutate(ada, 'customerUpdate', { id: alder.id, input: { company: 'Aspen' } });
  await seen;
  expect(companies()).toEqual(['Aspen', 'Birch', 'Cedar']);
  await socket.dispose();
});
