import { beforeAll, describe, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, sue, carl } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', carl: 'CSR' },
});

const CUSTOMERS = 100;
const FORBIDDEN_FIELDS = ['internalNotes', 'members', 'payments', 'plan', 'properties'];
const PAGE = `{ customers(first: ${CUSTOMERS}) { nodes {
  id internalNotes members { totalCount } payments { totalCount } plan { id } properties { totalCount } } } }`;
const UPDATED = `subscription ($after: Cursor) { customerUpdated(after: $after) { customer {
  members { nodes { hasSecondFactor } } } } }`;
const UPDATE =
  'mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "Seen" }) { userErrors { message } } }';

let withMembers: string;

beforeAll(async () => {
  for (let created = 0; created < CUSTOMERS; created += 1)
    withMembers = await installation.aCustomer(acme.id, `Customer ${created}`);
  const members = { tenantId: acme.id, customerId: withMembers };
  for (const role of ['OWNER', 'MANAGER', 'RESIDENT']) await installation.aUser(role, members);
}, 120_000);

/** The error of one field in all rows of a page. */
function ofRows(path: readonly unknown[], count: number) {
  return expect.objectContaining({
    path,
    extensions: {
      code: 'FORBIDDEN',
      rule: expect.any(String),
      params: expect.any(Object),
      requestId: expect.any(String),
      count,
    },
  });
}

const ONE_FOR_EACH_FIELD = FORBIDDEN_FIELDS.map((field) =>
  ofRows(['customers', 'nodes', 0, field], CUSTOMERS),
);

describe('a field that the viewer may not see, in every row of a page, is one error with the number of the rows', () => {
  test('over HTTP', async () => {
    expect((await carl.run(PAGE)).errors).toEqual(ONE_FOR_EACH_FIELD);
  });

  test('over an event stream', async () => {
    const stream = await EventSource.open(installation.app.url, carl.token, { query: PAGE });
    expect((await stream.next()).result?.errors).toEqual(ONE_FOR_EACH_FIELD);
    stream.cut();
  });

  test('over a WebSocket', async () => {
    expect((await carl.follow(PAGE).next()).errors).toEqual(ONE_FOR_EACH_FIELD);
  });

  test('in an event of a subscription, over a WebSocket and over an event stream', async () => {
    const after = await ada.now(acme.id);
    const socket = sue.follow(UPDATED, { after });
    const stream = await EventSource.open(installation.app.url, sue.token, {
      query: UPDATED,
      variables: { after },
    });
    await ada.ask(UPDATE, { id: withMembers });
    const path = ['customerUpdated', 'customer', 'members', 'nodes', 0, 'hasSecondFactor'];
    const events = [await socket.next(), (await stream.next()).result];
    stream.cut();
    expect(events.map((event) => event?.errors)).toEqual([[ofRows(path, 3)], [ofRows(path, 3)]]);
  });
});

test('an error of a single row has no count, and a field under two aliases is two errors', async () => {
  const { errors } = await carl.run(
    'query ($id: ID!) { customer(id: $id) { one: internalNotes other: internalNotes } }',
    { id: withMembers },
  );
  const closed = {
    code: 'FORBIDDEN',
    rule: 'FIELD_CLOSED',
    params: { name: 'Customer.internalNotes' },
    requestId: expect.any(String),
  };
  expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual([
    [['customer', 'one'], closed],
    [['customer', 'other'], closed],
  ]);
});

test('an answer has a hundred errors at most, and says how many it leaves out', async () => {
  const fields =
    'internalNotes members { totalCount } payments { totalCount } plan { id } properties { totalCount }';
  const aliases = Array.from({ length: 26 }, (_, index) => `a${index}: customer(id: $id) { ${fields} }`);
  const answer = await carl.run(`query ($id: ID!) { ${aliases.join(' ')} }`, { id: withMembers });
  expect(answer).toMatchObject({ data: { a25: {} }, extensions: { errorsLeftOut: 30 } });
  expect(answer.errors).toHaveLength(100);
});
