import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import type { Answer, Person } from '../support/person.ts';

let installation: Installation;
let acme: TestTenant;
let globex: TestTenant;
let people: Record<'admin' | 'support' | 'csr' | 'owner' | 'head' | 'foreign' | 'trusted', TestUser>;
let after: string;

const SECRETS = { email: 'canary@acme.test', notes: 'canary-note', price: 7_070_707 };
const LOG = `query ($filter: AuditFilter) { auditLog(tenantId: "TENANT", filter: $filter, first: 100) {
  totalCount nodes { id action entity entityId entityVersion changedFields requestId actor { kind id name } } } }`;
const DIFFS =
  'query { auditLog(tenantId: "TENANT", first: 100) { nodes { id entity ip changes { field before after } } } }';
const ADDED = `subscription ($after: Cursor) { auditLogAdded(tenantId: "TENANT", after: $after) {
  eventId auditEntry { id action entity entityId entityVersion changedFields requestId actor { kind id name } } } }`;

beforeAll(async () => {
  installation = await Installation.start();
  const { root } = installation;
  acme = await installation.aTenant('Acme');
  globex = await installation.aTenant('Globex');
  after = await root.now(acme.id);
  const { planCreate } = await root.ask(
    'mutation ($input: PlanCreateInput!) { planCreate(input: $input) { planId userErrors { message } } }',
    {
      input: {
        tenantId: acme.id,
        name: 'Gold',
        monthlyPrice: { amountMinor: SECRETS.price, currency: 'EUR' },
      },
    },
  );
  const customerId = await installation.aCustomer(acme.id, 'Alder Homes');
  const other = await installation.aCustomer(acme.id, 'canary of another customer');
  await installation.aCustomer(globex.id, 'canary of another tenant');
  const place = { tenantId: acme.id };
  people = {
    admin: await installation.aUser('TENANT_ADMIN', place),
    support: await installation.aUser('SUPPORT', place),
    csr: await installation.aUser('CSR', place),
    owner: await installation.aUser('OWNER', { ...place, customerId }),
    trusted: await installation.aUser('OWNER', { ...place, customerId }),
    head: await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId }),
    foreign: await installation.aUser('TENANT_ADMIN', { tenantId: globex.id }),
  };
  await root.ask(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { permissions: ["audit:read", "diffs:read"] }) { userErrors { message } } }',
    { id: people.trusted.userId },
  );
  const UPDATE =
    'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { userErrors { message } } }';
  const input = {
    company: 'Birch Homes',
    email: SECRETS.email,
    internalNotes: SECRETS.notes,
    planId: planCreate.planId,
  };
  await people.admin.ask(UPDATE, { id: customerId, input });
  await people.admin.ask(UPDATE, { id: other, input: { contactName: 'canary of another owner' } });
});

afterAll(() => installation.stop());

const of = (query: string) => query.replace('TENANT', acme.id);
const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

async function entriesOf(person: Person, filter?: object) {
  const { auditLog } = await person.ask(of(LOG), { filter });
  return auditLog;
}

describe('X: a user without the permission', () => {
  const REFUSED: [who: 'csr' | 'owner' | 'foreign', code: string][] = [
    ['csr', 'FORBIDDEN'],
    ['owner', 'FORBIDDEN'],
    ['foreign', 'NOT_FOUND'],
  ];

  test.each(REFUSED)('%s reads neither list, nor entry, nor chain, nor stream: %s', async (who, code) => {
    const [{ id }] = (await entriesOf(people.admin)).nodes;
    const person = people[who];
    const stream = person.follow(of(ADDED), { after });

    const answers = await Promise.all([
      person.run(of(LOG)),
      person.run(of('query { verifyAuditChain(tenantId: "TENANT") { isIntact } }')),
      stream.next() as Promise<unknown> as Promise<Answer>,
    ]);
    const entry = await person.run('query ($id: ID!) { auditEntry(id: $id) { id } }', { id });

    expect(answers.map(codes)).toEqual([[code], [code], [code]]);
    expect(code === 'NOT_FOUND' ? entry.data : codes(entry)).toEqual(
      code === 'NOT_FOUND' ? { auditEntry: null } : [code],
    );
  });

  test('support reads entries, and neither diffs nor addresses', async () => {
    const { data, errors } = await people.support.run(of(DIFFS));

    expect(data.auditLog.nodes.length).toBeGreaterThan(5);
    expect(data.auditLog.nodes).toEqual(
      data.auditLog.nodes.map((node: object) => ({ ...node, ip: null, changes: null })),
    );
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(data)).not.toMatch(/canary|7070707/);
  });

  test('support does not see that a field changed that it may not read', async () => {
    const { nodes } = await entriesOf(people.support, {
      entity: { equals: 'USER' },
      action: { equals: 'UPDATED' },
    });
    expect(nodes).toContainEqual(
      expect.objectContaining({ entityId: people.trusted.userId, changedFields: [] }),
    );
  });

  test('the log of a level contains no entry of another level', async () => {
    const { auditLog } = await people.foreign.ask(
      'query { auditLog(first: 100) { nodes { changes { after } } } }',
    );
    const { auditLog: own } = await people.admin.ask(of(DIFFS));

    expect(JSON.stringify(auditLog)).toContain('canary of another tenant');
    expect(JSON.stringify(auditLog)).not.toMatch(/Birch|canary-note/);
    expect(JSON.stringify(own)).not.toContain('canary of another tenant');
  });

  test('no diff contains a secret', async () => {
    const { auditLog } = await people.admin.ask(of(DIFFS));
    expect(JSON.stringify(auditLog)).not.toMatch(/argon2|a-good-test-password/);
  });

  test('no mutation changes or deletes an entry', async () => {
    const { __schema } = await installation.root.ask(
      'query { __schema { mutationType { fields { name } } } }',
    );
    expect(JSON.stringify(__schema)).not.toMatch(/audit/i);
  });
});

describe('a member with the permission to read the audit log', () => {
  test('X: sees the entries of its account and its users, by the rules of the account, without the identity of staff', async () => {
    const answer = await people.trusted.run(
      'query { auditLog(first: 100) { totalCount nodes { entity entityId actor { id name } changes { field before after } } } }',
    );
    const text = JSON.stringify(answer);
    const { nodes, totalCount } = answer.data.auditLog;

    expect(text).not.toMatch(/canary-note|another|internalNotes/);
    expect(totalCount).toBe(nodes.length);
    expect(new Set(nodes.map(({ entity }: { entity: string }) => entity))).toEqual(
      new Set(['TENANT', 'CUSTOMER', 'USER']),
    );
    expect(nodes).toContainEqual(
      expect.objectContaining({
        actor: { id: null, name: null },
        changes: expect.arrayContaining([
          { field: 'company', before: 'Alder Homes', after: 'Birch Homes' },
          { field: 'email', before: 'ada@alder.test', after: SECRETS.email },
        ]),
      }),
    );
  });

  test('X: cannot read or filter by actor and address, nor verify the chain', async () => {
    const byActor = await people.trusted.run(of(LOG), {
      filter: { not: { actorId: { equals: people.admin.userId } } },
    });
    const fromWhere = await people.trusted.run('query { auditLog(first: 1) { nodes { ip actorId } } }');
    const chain = await people.trusted.run('query { verifyAuditChain { checkedCount } }');

    expect([byActor, fromWhere, chain].map(codes)).toEqual([
      ['FORBIDDEN'],
      ['FORBIDDEN', 'FORBIDDEN'],
      ['FORBIDDEN'],
    ]);
    expect(fromWhere.data.auditLog.nodes).toEqual([{ ip: null, actorId: null }]);
  });
});

describe('a user with the permission', () => {
  test('administrators of the tenant and of its organization see the actor, the change from old to new value, and the address', async () => {
    for (const person of [people.admin, people.head]) {
      const { auditLog } = await person.ask(
        of(`query ($filter: AuditFilter) { auditLog(tenantId: "TENANT", filter: $filter) {
          totalCount nodes { action actor { kind id } actorId ip changes { field before after } } } }`),
        {
          filter: {
            entity: { equals: 'CUSTOMER' },
            actorId: { equals: people.admin.userId },
            action: { in: ['UPDATED'] },
          },
        },
      );
      const { userId: id } = people.admin;
      expect(auditLog.totalCount).toBe(2);
      expect(auditLog.nodes[1]).toEqual({
        action: 'UPDATED',
        actor: { kind: 'USER', id },
        actorId: id,
        ip: expect.stringMatching(/127\.0\.0\.1|::1/),
        changes: expect.arrayContaining([
          { field: 'internalNotes', before: null, after: SECRETS.notes },
          { field: 'plan', before: null, after: expect.any(String) },
        ]),
      });
    }
  });

  test('the entry of a creation shows every field that the viewer may read, with the price if it may read prices', async () => {
    const query = of(`query { auditLog(tenantId: "TENANT", filter: { entity: { equals: PLAN } }) {
      nodes { action changedFields changes { field before after } } } }`);
    const { auditLog } = await people.admin.ask(query);
    expect(auditLog.nodes).toEqual([
      {
        action: 'CREATED',
        changedFields: [],
        changes: expect.arrayContaining([
          { field: 'name', before: null, after: 'Gold' },
          {
            field: 'monthlyPrice',
            before: null,
            after: { monthlyPriceMinor: SECRETS.price, currency: 'EUR' },
          },
        ]),
      },
    ]);
  });

  test('the log contains each sign-in, and no field of the session', async () => {
    const { auditLog } = await people.admin.ask(
      of(`query { auditLog(tenantId: "TENANT", filter: { entity: { equals: SESSION } }) {
        nodes { action actorId changedFields changes { field } } } }`),
    );
    expect(auditLog.nodes).toContainEqual({
      action: 'CREATED',
      actorId: people.csr.userId,
      changedFields: [],
      changes: [],
    });
  });

  test('an entry is found by its id, and contains the cursor of its event', async () => {
    const { nodes } = await entriesOf(people.admin);
    const [{ id }] = nodes;
    const { auditEntry } = await people.admin.ask(
      'query ($id: ID!) { auditEntry(id: $id) { id cursor action } }',
      { id },
    );
    const stream = people.admin.follow(
      of('subscription ($after: Cursor) { auditLogAdded(tenantId: "TENANT", after: $after) { eventId } }'),
      { after: auditEntry.cursor },
    );
    await people.admin.ask(
      'mutation { customerCreate(input: { company: "Cedar", contactName: "Cy", email: "c@c.test" }) { userErrors { message } } }',
    );

    expect(auditEntry.id).toBe(id);
    expect(await stream.event()).not.toEqual({ eventId: id });
    await stream.close();
  });
});

test.each(['admin', 'support', 'head', 'trusted'] as const)(
  'S: the stream of %s delivers the entries of the list after a cursor, each of them and no other',
  async (who) => {
    const { nodes, totalCount } = await entriesOf(people[who]);
    const stream = people[who].follow(of(ADDED), { after });
    const told: { eventId: string; auditEntry: { id: string } }[] = [];
    while (told.at(-1)?.eventId !== nodes[0].id) told.push(await stream.event());
    await stream.close();

    const entries = told.map(({ auditEntry }) => auditEntry).toReversed();
    expect(nodes.length).toBe(totalCount);
    expect(entries.length).toBeGreaterThan(2);
    expect(nodes.slice(0, entries.length)).toEqual(entries);
    expect(told.map(({ eventId }) => eventId)).toEqual(told.map(({ auditEntry }) => auditEntry.id));
  },
);
