import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const FOLLOW = `subscription ($after: Cursor) { attributeChanged(after: $after) {
  __typename
  ... on AttributeAdded { occurredAt attribute { id name scope version } }
  ... on AttributeUpdated { changedFields attribute { id name scope version } }
  ... on AttributeRemoved { attributeId } } }`;
const ADD = `mutation ($name: String!, $tenantId: ID) { attributeAdd(input: { name: $name, tenantId: $tenantId }) {
  attributeId attribute { scope } userErrors { message } } }`;
const UPDATE =
  'mutation ($id: ID!) { attributeUpdate(id: $id, input: { description: "x" }) { userErrors { message } } }';
const REMOVE = 'mutation ($id: ID!) { attributeRemove(id: $id) { userErrors { message } } }';

const { installation, acme, globex, ada, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});

describeOnPostgres('a change that concerns every tenant', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });

  afterAll(async () => {
    await tables.close();
  });

  /** The first `count` changes after a position of the feed. */
  async function told(person: TestUser, after: string, count: number): Promise<{ __typename: string }[]> {
    const stream = person.follow(FOLLOW, { after });
    const changes = await stream.changes(count);
    await stream.close();
    return changes;
  }

  test('S O: reaches the subscriptions to each tenant, in order with the tenant’s own changes, which reach no other tenant', async () => {
    const { root } = installation;
    const [after, elsewhere] = [await ada.now(acme.id), await gil.now(globex.id)];
    const own = await ada.ask(ADD, { name: 'own' });
    const { attributeAdd } = await root.ask(ADD, { name: 'of-all' });
    const id = attributeAdd.attributeId;
    await root.ask(UPDATE, { id });
    await root.ask(REMOVE, { id });

    const ofAll = [
      { __typename: 'AttributeAdded', attribute: { id, name: 'of-all', scope: 'PLATFORM', version: 1 } },
      {
        __typename: 'AttributeUpdated',
        changedFields: ['description'],
        attribute: { id, name: 'of-all', scope: 'PLATFORM', version: 2 },
      },
      { __typename: 'AttributeRemoved', attributeId: id },
    ];
    const [first, ...rest] = await told(ada, after, 4);
    expect(first).toMatchObject({ attribute: { id: own.attributeAdd.attributeId, scope: 'TENANT' } });
    expect(rest).toMatchObject(ofAll);
    expect(await told(gil, elsewhere, 3)).toMatchObject(ofAll);
  });

  test('D: is repeated once, even if two nodes project again from the beginning', async () => {
    const after = await ada.now(acme.id);
    const { attributeAdd } = await installation.root.ask(ADD, { name: 'once' });
    await told(ada, after, 1);
    // As after a crash: everything must be projected again, and another node projects at the same time.
    await tables.run('UPDATE projection SET seq = 0');
    await installation.anotherNode();
    const next = await ada.now(acme.id);
    const last = await installation.root.ask(ADD, { name: 'behind-all-that' });
    expect(await told(ada, next, 1)).toMatchObject([{ attribute: { id: last.attributeAdd.attributeId } }]);
    const repeated = await tables.run(
      'SELECT feed, count(*)::int AS times FROM change WHERE entity_id = $1 GROUP BY feed HAVING count(*) <> 1',
      [attributeAdd.attributeId],
    );
    expect(repeated).toEqual([]);
  });
});
