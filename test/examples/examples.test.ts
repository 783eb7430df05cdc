import { afterAll, afterEach, describe, test } from '@jest/globals';
import type { Lockstep } from '@lockstep/client';
import { followCustomers as followWithApollo } from '../../examples/apollo-client.ts';
import type { Customer, FollowCustomers } from '../../examples/customers.ts';
import { followCustomers as followAlone } from '../../examples/live-list.ts';
import { followCustomers as followWithUrql } from '../../examples/urql-client.ts';
import { aSignedIn, until } from '../support/live-client.ts';
import { PATIENCE_MS, within } from '../support/patience.ts';
import { startTcpProxy } from '../support/servers/tcp-proxy.ts';
import { aStage } from '../support/stage.ts';

const EXAMPLES: [string, FollowCustomers][] = [
  ['the package alone', followAlone],
  ['Apollo Client', followWithApollo],
  ['urql', followWithUrql],
];

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const wire = await startTcpProxy(Number(new URL(installation.app.url).port));
const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0)) step();
});

afterAll(() => wire.stop());

/** An example that runs, and its list as it gave it last. */
async function watch(followCustomers: FollowCustomers) {
  const lockstep: Lockstep = await aSignedIn(installation, ada, { url: `http://127.0.0.1:${wire.port}` });
  let latest: readonly Customer[] = [];
  let look = () => {};
  const stop = followCustomers(lockstep, (customers) => {
    latest = customers;
    look();
  });
  undo.push(stop, () => lockstep.close());
  await until(lockstep.connection, 'in step', ({ state }) => state === 'in-step');
  const inStep = async () => {
    const { customers } = await ada.ask(
      'query { customers(first: 100) { nodes { __typename id version company status email } } }',
    );
    const wanted = JSON.stringify(byId(customers.nodes));
    const arrived = new Promise<void>((resolve) => {
      look = () => JSON.stringify(byId(latest)) === wanted && resolve();
      look();
    });
    await within(PATIENCE_MS, () => `The list is ${JSON.stringify(latest)}`, arrived);
  };
  return { lockstep, inStep };
}

function byId(customers: readonly Customer[]): Partial<Customer>[] {
  return [...customers]
    .sort((one, other) => one.id.localeCompare(other.id))
    .map(({ id, version, company, status, email }) => ({ id, version, company, status, email }));
}

const create = (company: string) => installation.aCustomer(acme.id, company);
const rename = (id: string, company: string) =>
  ada.ask(
    'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }',
    { id, company },
  );
const remove = (id: string) =>
  ada.ask('mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }', { id });

describe.each(EXAMPLES)('the example for %s', (_name, followCustomers) => {
  test('S: shows what another admin does, and misses nothing while it has no connection', async () => {
    const [old, doomed] = [await create('Alder'), await create('Birch')];
    const { lockstep, inStep } = await watch(followCustomers);
    await rename(old, 'Alder & Sons');
    await remove(doomed);
    await inStep();

    await wire.refuse(true);
    wire.cut();
    await until(lockstep.connection, 'offline', ({ state }) => state === 'offline');
    await rename(old, 'Alder & Daughters');
    await create('Cedar');
    await wire.refuse(false);
    await inStep();
  });
});
