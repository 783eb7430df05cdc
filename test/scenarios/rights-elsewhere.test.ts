import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import type { Result } from '../support/stream.ts';
import { Wire } from '../support/wire.ts';

const UPDATED = `subscription ($tenantId: ID, $after: Cursor) { customerUpdated(tenantId: $tenantId, after: $after) {
  customer { company internalNotes } } }`;
const UPDATE =
  'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { cursor userErrors { message } } }';
const UPDATE_USER =
  'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { cursor userErrors { message } } }';
const SUSPEND =
  'mutation ($id: ID!) { tenantUpdate(id: $id, input: { status: SUSPENDED }) { userErrors { message } } }';
const REPETITIONS = 50;
const WITHDRAWN = { how: 'closed', code: 4403, reason: 'Forbidden: access was revoked' };

function twoNodes(settings: () => Record<string, string>): void {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let other: TestApp;
  let codec: CursorCodec;

  beforeAll(async () => {
    installation = await Installation.start(settings());
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    other = await installation.anotherNode(settings());
    codec = new CursorCodec((await loadSecrets(installation.app.config)).cursors);
  });

  afterAll(() => installation.stop());

  const seqOf = (cursor: unknown) => codec.decode(String(cursor)).seq;
  const note = async (id: string, internalNotes: string): Promise<number> =>
    seqOf((await ada.ask(UPDATE, { id, input: { internalNotes } })).customerUpdate.cursor);

  test('X: no value of a withdrawn field is delivered after the withdrawal, on any node, however close the write', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const permit = async (...permissions: string[]): Promise<number> =>
      seqOf((await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions } })).userUpdate.cursor);
    const after = await ada.now(acme.id);
    const streams = [csr.follow(UPDATED, { after }), csr.at(other).follow(UPDATED, { after })];

    const results: Result[][] = streams.map(() => []);
    const closed: { from: number; to: number }[] = [];
    for (let turn = 0; turn < REPETITIONS; turn += 1) {
      await permit('notes:read');
      // The two run concurrently: their commits decide which comes first.
      const [from] = await Promise.all([permit(), note(customerId, `racing ${turn}`)]);
      closed.push({ from, to: await note(customerId, `secret ${turn}`) });
      // The permission is granted again only after both deliveries, so that it cannot explain what they showed.
      for (const [index, stream] of streams.entries()) {
        const received = [await stream.next(), await stream.next()];
        results[index]?.push(...received);
      }
    }

    for (const received of results) {
      const behind = received.filter(({ extensions }) => {
        const seq = seqOf(extensions?.cursor);
        return closed.some(({ from, to }) => from < seq && seq <= to);
      });
      expect(behind.length).toBeGreaterThanOrEqual(REPETITIONS);
      expect(behind.map(({ data }) => data)).toEqual(
        behind.map(() => ({
          customerUpdated: { customer: { company: 'Alder Homes', internalNotes: null } },
        })),
      );
    }
  });

  test.each(['PLATFORM_SUPPORT', 'ORGANIZATION_ADMIN'])(
    'X: a %s with a subscription to a tenant receives no change after its account was deactivated, on any node',
    async (role) => {
      const customerId = await installation.aCustomer(acme.id);
      const place = role === 'ORGANIZATION_ADMIN' ? { organizationId: acme.organizationId } : {};
      for (let turn = 0; turn < 5; turn += 1) {
        const guest = await installation.aUser(role, place);
        const variables = { tenantId: acme.id, after: await ada.now(acme.id) };
        const streams = [guest.follow(UPDATED, variables), guest.at(other).follow(UPDATED, variables)];
        await note(customerId, `for guests ${turn}`);
        const seen = await Promise.all(streams.map((stream) => stream.take(1)));

        await installation.root.ask(UPDATE_USER, { id: guest.userId, input: { isActive: false } });
        await note(customerId, `not for guests ${turn}`);

        const ends = await Promise.all(streams.map((stream) => stream.ended()));
        expect({ seen, ends, later: streams.flatMap((stream) => stream.unread) }).toEqual({
          seen: streams.map(() => [
            { customer: expect.objectContaining({ internalNotes: `for guests ${turn}` }) },
          ]),
          ends: streams.map(() => WITHDRAWN),
          later: expect.not.arrayContaining([expect.objectContaining({ data: expect.anything() })]),
        });
      }
    },
  );

  test('X: an administrator of an organization whose tenant is deleted loses the streams of that tenant only', async () => {
    const annex = await installation.anotherTenant(acme.organizationId);
    const admin = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
    const nodes = [admin, admin.at(other)];
    const CHANGES =
      'subscription ($tenantId: ID, $after: Cursor) { changes(tenantId: $tenantId, after: $after, types: [CUSTOMER]) { __typename } }';
    const lost = nodes.map((person) => person.follow(CHANGES, { tenantId: annex }));
    const afterAcme = await ada.now(acme.id);
    const kept = nodes.map((person) => person.follow(CHANGES, { tenantId: acme.id, after: afterAcme }));
    await Promise.all([...lost, ...kept].map((stream) => stream.take(1)));

    await installation.root.ask('mutation ($id: ID!) { tenantDelete(id: $id) { userErrors { message } } }', {
      id: annex,
    });
    await installation.aCustomer(acme.id);

    const results = await Promise.all(lost.map((stream) => stream.next()));
    expect(results).toMatchObject(
      lost.map(() => ({ errors: [{ extensions: { code: 'SUBSCRIPTION_REVOKED' } }] })),
    );
    expect(await Promise.all(kept.map((stream) => stream.event()))).toEqual(
      kept.map(() => ({ __typename: 'CustomerCreated' })),
    );
  });

  test('X: the suspension of a tenant ends the sockets of its users on every node', async () => {
    const globex = await installation.aTenant('Globex');
    const carl = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const streams = [carl, carl.at(other)].map((person) =>
      person.follow('subscription { changes { __typename } }'),
    );
    await Promise.all(streams.map((stream) => stream.take(1)));

    await installation.root.ask(SUSPEND, { id: globex.id });

    expect(await Promise.all(streams.map((stream) => stream.ended()))).toEqual([WITHDRAWN, WITHDRAWN]);
    const answers = await Promise.all(
      [carl, carl.at(other)].map((person) => person.run('query { viewer { id } }')),
    );
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
  });

  test('X: a query over a socket of another node is answered with the present rights, like one over HTTP', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions: ['notes:read'] } });
    const wire = await Wire.signedIn(other.url, csr.token ?? '');

    await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions: [] } });
    await note(customerId, 'written after the withdrawal');
    wire.subscribe('1', 'query ($id: ID!) { customer(id: $id) { internalNotes } }', { id: customerId });

    expect((await wire.next()).payload).toMatchObject({
      data: { customer: { internalNotes: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    await wire.close();
  });
}

describeOnPostgres('two nodes', () => {
  // The poll is slow here, so these tests depend on wake-ups.
  describeOnRedis('with Redis', () =>
    twoNodes(() => ({ REDIS_URL: process.env.TEST_REDIS_URL ?? '', POLL_INTERVAL_MS: '20000' })),
  );

  describe('with an unavailable Redis', () =>
    twoNodes(() => ({ REDIS_URL: 'redis://127.0.0.1:1', POLL_INTERVAL_MS: '50' })));
});
