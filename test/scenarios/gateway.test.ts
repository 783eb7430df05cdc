import { afterAll, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { Gateway } from '../support/servers/gateway.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
/** Shorter than the server keeps idle connections. */
const IDLE_MS = 200;

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { IDLE_TIMEOUT_MS: '2000', TRUSTED_PROXIES: '1' },
);
const gateway = await Gateway.start(installation.app.url);
afterAll(() => gateway.stop());

function ask(url: string): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
}

test('13: a gateway that compresses answers passes queries on, over one connection that is used again', async () => {
  for (let times = 0; times < 5; times += 1) {
    const answer = await ask(gateway.url);
    expect([answer.headers.get('content-encoding'), await answer.json()]).toEqual([
      'gzip',
      { data: { viewer: { id: ada.userId } } },
    ]);
  }
  expect(gateway.connections).toBe(1);
});

test('13: events arrive immediately through a gateway that holds back what it compresses, on an event stream and on a socket', async () => {
  const after = await ada.now(acme.id);
  const operation = { query: CREATED, variables: { after } };
  const stream = await EventSource.open(gateway.url, ada.token, operation);
  const wire = await Wire.signedIn(gateway.url, ada.token ?? '');
  wire.subscribe('1', CREATED, { after });
  await installation.aCustomer(acme.id, 'Alder');
  const created = { data: { customerCreated: { customer: { company: 'Alder' } } } };
  expect((await stream.next()).result).toMatchObject(created);
  expect((await wire.next()).payload).toMatchObject(created);
  stream.cut();
  await wire.close();
});

test('13: a gateway closes its idle connections itself before the server does, so no request is lost on one', async () => {
  const impatient = await Gateway.start(installation.app.url, IDLE_MS);
  expect((await ask(impatient.url)).status).toBe(200);
  await impatient.closed();
  expect(impatient.closedBy).toEqual(['gateway']);
  expect((await ask(impatient.url)).status).toBe(200);
  expect(impatient.connections).toBe(2);
  impatient.stop();
});
