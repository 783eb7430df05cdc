import { expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EventSource } from '../support/event-source.ts';
import { aStage } from '../support/stage.ts';

// The ring is so small that a subscription that is a few changes late reads the log.
const RING_SIZE = '10';

const { installation, acme, ada, bob } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', bob: 'TENANT_ADMIN' } },
  { RING_SIZE },
);

const CREATED = `subscription ($after: Cursor) { customerCreated(after: $after) { cursor customer { company } } }`;
const CHANGED = `subscription ($after: Cursor) { customerChanged(after: $after) {
  __typename
  ... on ChangeEvent { cursor }
  ... on FeedPosition { cursor }
  ... on CustomerCreated { customer { id version company } }
  ... on CustomerUpdated { customer { id version company } }
  ... on CustomerDeleted { customerId }
} }`;
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { customer { id } cursor userErrors { message } } }';

async function add(...companies: string[]): Promise<string> {
  let cursor = '';
  for (const company of companies) cursor = (await bob.ask(CREATE, { company })).customerCreate.cursor;
  return cursor;
}

function companies(events: readonly { customer: { company: string } }[]): string[] {
  return events.map(({ customer }) => customer.company);
}

const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

test('L O D: a subscription whose socket was cut gets what it missed, once and in order', async () => {
  const feed = ada.follow(CREATED, { after: await ada.now(acme.id) });
  await add('Alder');
  const { extensions } = await feed.next();
  feed.cut();
  const end = await feed.ended();

  await add('Birch', 'Cedar');
  const resumed = ada.follow(CREATED, { after: extensions?.cursor });
  await add('Dogwood');

  expect({ end, missed: companies(await resumed.take(3)) }).toEqual({
    end: expect.objectContaining({ how: 'closed' }),
    missed: ['Birch', 'Cedar', 'Dogwood'],
  });
});

test('L O D: an event stream that was cut resumes with Last-Event-ID, and each id is the cursor of its event', async () => {
  const after = await ada.now(acme.id);
  const feed = await EventSource.open(installation.app.url, ada.token, {
    query: CREATED,
    variables: { after },
  });
  await add('Elm', 'Fir');
  const seen = await feed.take(2);
  feed.cut();

  await add('Ginkgo');
  // The query still contains the first cursor, as a browser repeats it. Last-Event-ID takes precedence.
  const again = { query: CREATED, variables: { after }, lastEventId: seen[1]?.id ?? '' };
  const resumed = await EventSource.open(installation.app.url, ada.token, again);
  await add('Hazel');
  const all = [...seen, ...(await resumed.take(2))];
  resumed.cut();

  const events = all.map(({ result }) => Object.values(result?.data ?? {})[0] as never);
  const cursors = events.map(({ cursor }) => cursor);
  expect({
    companies: companies(events),
    ids: all.map(({ id }) => id),
    extensions: all.map(({ result }) => result?.extensions?.cursor),
  }).toEqual({ companies: ['Elm', 'Fir', 'Ginkgo', 'Hazel'], ids: cursors, extensions: cursors });
});

test('L O D: an unmodified graphql-ws client that passes on its last cursor receives each event once, however often it is cut', async () => {
  const expected = numbered(40, 'Iris');
  const variables: { after: string | undefined } = { after: await ada.now(acme.id) };
  const received: string[] = [];
  const client = createClient({
    url: `${installation.app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${ada.token}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: async () => {},
    shouldRetry: () => true,
  });
  const complete = new Promise<void>((resolve, reject) => {
    client.subscribe<{ customerCreated: { customer: { company: string } } }, { cursor: string }>(
      { query: CREATED, variables },
      {
        next({ data, extensions }) {
          variables.after = extensions?.cursor;
          received.push(String(data?.customerCreated.customer.company));
          if (received.length === expected.length) resolve();
          else if (received.length % 7 === 0) client.terminate();
        },
        error: reject,
        complete: () => reject(new Error('completed')),
      },
    );
  });

  await add(...expected);
  await complete;
  await client.dispose();

  expect(received).toEqual(expected);
});

test('L O D: a subscription from before the ring catches up from the log without a gap while others write', async () => {
  const after = await ada.now(acme.id);
  const before = numbered(130, 'Juniper');
  await add(...before);

  const feed = ada.follow(CHANGED, { after });
  const meanwhile = numbered(60, 'Kiri');
  const writing = add(...meanwhile);
  const received = companies(await feed.changes(before.length + meanwhile.length));
  await writing;

  expect(received).toEqual([...before, ...meanwhile]);
});

test('L: a stream that has caught up delivers its position once', async () => {
  const after = await ada.now(acme.id);
  const last = await add('Larch', 'Maple');

  const feed = ada.follow(CHANGED, { after });
  const caughtUp: { __typename: string; cursor: string; customer: { company: string } }[] =
    await feed.take(3);
  const cursor = caughtUp[2]?.cursor;
  await add('Nutmeg');
  const next = await feed.take(1);
  const fromThere = ada.follow(CREATED, { after: cursor });

  expect({ caughtUp, next, fromThere: companies(await fromThere.take(1)) }).toEqual({
    caughtUp: [
      expect.objectContaining({ customer: expect.objectContaining({ company: 'Larch' }) }),
      expect.objectContaining({ customer: expect.objectContaining({ company: 'Maple' }) }),
      { __typename: 'FeedPosition', cursor: last },
    ],
    next: [expect.objectContaining({ __typename: 'CustomerCreated' })],
    fromThere: ['Nutmeg'],
  });
});

test('S: a list that was read while others wrote, with the stream after its feedCursor folded onto it, equals the list of the server', async () => {
  const globex = await installation.aTenant('Globex');
  const carl = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  const LIST = 'query { customers(first: 100) { feedCursor nodes { id version company } } }';
  const UPDATE =
    'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }';
  const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
  const write = async (name: string) => {
    for (let round = 0; round < 12; round += 1) {
      const { customerCreate } = await carl.ask(CREATE, { company: `${name} ${round}` });
      const { id } = customerCreate.customer;
      await carl.ask(UPDATE, { id, company: `${name} ${round} renamed` });
      if (round % 2 === 0) await carl.ask(DELETE, { id });
    }
  };
  const followAndFold = async () => {
    const { customers } = await carl.ask(LIST);
    const rows = new Map<string, { id: string; version: number; company: string }>(
      customers.nodes.map((node: { id: string }) => [node.id, node]),
    );
    const feed = carl.follow(CHANGED, { after: customers.feedCursor });
    for (;;) {
      const event: {
        __typename: string;
        customerId: string;
        customer: { id: string; version: number; company: string };
      } = await feed.change();
      if (event.__typename === 'CustomerDeleted') rows.delete(event.customerId);
      else if (event.customer.company === 'The end') return [...rows.values()];
      // Changes between the cursor and the query arrive again. Their version shows that they are old.
      else if ((rows.get(event.customer.id)?.version ?? 0) <= event.customer.version)
        rows.set(event.customer.id, event.customer);
    }
  };

  const writing = Promise.all(['Oak', 'Palm', 'Quince'].map(write));
  const folding = Array.from({ length: 4 }, followAndFold);
  await writing;
  const { customers: fresh } = await carl.ask(LIST);
  await carl.ask(CREATE, { company: 'The end' });
  const folded = await Promise.all(folding);

  const byId = (rows: readonly { id: string }[]) => rows.toSorted((a, b) => a.id.localeCompare(b.id));
  expect(folded.map(byId)).toEqual(folded.map(() => byId(fresh.nodes)));
});
