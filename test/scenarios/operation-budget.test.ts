import { describe, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { Installation } from '../support/installation.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const MAX_BYTES = 100_000;
const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { MAX_ANSWER_BYTES: String(MAX_BYTES) },
);
const { url } = installation.app;

/** Selects a field 29 times, under other names. */
const often = (field: string) => Array.from({ length: 29 }, (_, index) => `a${index}: ${field}`).join(' ');

const LONG = 'x'.repeat(10_000);
const NOTES = `nodes { ${often('internalNotes')} }`;
const UPDATE = (selection: string) =>
  `mutation ($id: ID!, $notes: String) { large: customerUpdate(id: $id, input: { internalNotes: $notes }) { customer { ${selection} } } }`;

const tooComplex = (name: string, limit: string) => ({
  path: [name],
  message: expect.stringContaining(limit),
  extensions: {
    code: 'QUERY_TOO_COMPLEX',
    rule: expect.any(String),
    params: expect.any(Object),
    requestId: expect.any(String),
  },
});

describe('19: an answer that is larger than the limit', () => {
  test('is null with an error that names the limit, and the other queries are answered', async () => {
    const id = await installation.aCustomer(acme.id);
    await ada.ask(UPDATE('id'), { id, notes: LONG });
    const { data, errors } = await ada.run(
      `{ viewer { id } large: customers { ${NOTES} } customers { totalCount } }`,
    );
    expect(data).toEqual({ viewer: { id: ada.userId }, large: null, customers: { totalCount: 1 } });
    expect(errors).toEqual([tooComplex('large', `${MAX_BYTES} bytes (MAX_ANSWER_BYTES)`)]);
  });

  test('of a mutation leaves the mutation written', async () => {
    const id = await installation.aCustomer(acme.id);
    const { data, errors } = await ada.run(UPDATE(often('internalNotes')), { id, notes: LONG });
    expect([data, errors]).toEqual([{ large: null }, [tooComplex('large', 'it is written')]]);
    const { customer } = await ada.ask('query ($id: ID!) { customer(id: $id) { internalNotes } }', { id });
    expect(customer.internalNotes).toBe(LONG);
  });

  test('is refused over a socket and an event stream, too, and so is an event; the stream continues', async () => {
    const id = await installation.aCustomer(acme.id);
    const query = `query { large: customers { ${NOTES} } }`;
    await ada.ask(UPDATE('id'), { id, notes: LONG });
    const wire = await Wire.signedIn(url, ada.token ?? '');
    wire.subscribe('query', query);
    const [answer] = await wire.take(2);
    const stream = await EventSource.open(url, ada.token, { query });
    const { result } = await stream.next();
    wire.subscribe(
      'events',
      `subscription ($after: Cursor) { large: customerUpdated(after: $after) { customer { ${often('internalNotes')} } } }`,
      { after: await ada.now(acme.id) },
    );
    await ada.ask(UPDATE('id'), { id, notes: LONG.replace('x', 'y') });
    const event = await wire.next();
    await ada.ask(UPDATE('id'), { id, notes: 'short' });
    const next = await wire.next();
    for (const { errors } of [answer?.payload, result, event.payload]) {
      expect(errors).toEqual([tooComplex('large', 'MAX_ANSWER_BYTES')]);
    }
    expect(next.payload.data.large.customer.a0).toBe('short');
    await wire.close();
    stream.cut();
  });
});

describe('19: an operation that could take more statements than the limit', () => {
  test('is refused before anything is read: counts in the rows of a list, under many names', async () => {
    const query = `{ customers(first: 100) { nodes { ${often('payments { totalCount }')} } } }`;
    const { errors } = await ada.run(query);
    expect(errors).toEqual([
      expect.objectContaining({
        message:
          'The operation could take as many as 5801 database statements; 1000 are allowed (MAX_STATEMENTS). Request smaller pages, or fewer lists and counts in the rows of a list.',
        extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
      }),
    ]);
  });

  test('is refused in a subscription, too, and where the counts are in a fragment', async () => {
    const wire = await Wire.signedIn(url, ada.token ?? '');
    wire.subscribe(
      'stream',
      `subscription { propertyUpdated { property { customer { properties(first: 100) { nodes { ${often('units { totalCount }')} } } } } } }`,
    );
    expect(JSON.stringify(await wire.next())).toContain('MAX_STATEMENTS');
    const query = `{ customers(first: 100) { nodes { ...F } } } fragment F on Customer { ${often('payments { totalCount }')} }`;
    expect((await ada.run(query)).errors).toMatchObject([{ message: expect.stringContaining('5801') }]);
    await wire.close();
  });

  test('is refused while it runs, where its pages take more statements than one each', async () => {
    const small = await Installation.start({ MAX_STATEMENTS: '10' });
    try {
      const globex = await small.aTenant('Globex');
      const bob = await small.aUser('TENANT_ADMIN', { tenantId: globex.id });
      await small.aCustomer(globex.id);
      const order = 'orderBy: { field: STATUS, direction: ASC }';
      const { customers } = await bob.ask(`{ customers(${order}) { pageInfo { endCursor } } }`);
      const after = customers.pageInfo.endCursor;
      // The rest of the list is the rest of its status, and then one section for each other status.
      const pages = (count: number) =>
        Array.from(
          { length: count },
          (_, index) => `a${index}: customers(${order}, after: "${after}") { nodes { id } }`,
        );
      expect((await bob.run(`{ ${pages(1)} }`)).errors).toBeUndefined();
      expect((await bob.run(`{ ${pages(9).join(' ')} }`)).errors).toContainEqual(
        expect.objectContaining({
          message:
            'The operation takes more than 10 database statements (MAX_STATEMENTS): request smaller pages, or fewer lists and counts in the rows of a list.',
          extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
        }),
      );
    } finally {
      await small.stop();
    }
  });

  test('is answered where smaller pages keep it within the limit', async () => {
    await installation.aCustomer(acme.id);
    const { customers } = await ada.ask(
      `{ customers(first: 10) { nodes { ${often('payments { totalCount }')} } } }`,
    );
    expect(customers.nodes[0]).toMatchObject({ a0: { totalCount: 0 }, a28: { totalCount: 0 } });
  });
});
