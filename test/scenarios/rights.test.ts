import { describe, expect, test } from '@jest/globals';
import { grantedPermissions } from '../../src/rooms.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const UPDATED = `subscription ($tenantId: ID, $after: Cursor) { customerUpdated(tenantId: $tenantId, after: $after) {
  customer { company internalNotes } } }`;
const UPDATE =
  'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { userErrors { message } } }';
const SET_ROLE =
  'mutation ($id: ID!, $role: Role!) { userRoleSet(id: $id, role: $role) { userErrors { message } } }';
const UPDATE_USER =
  'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }';
const SET_STATUS =
  'mutation ($id: ID!, $status: UserStatus!) { userStatusSet(id: $id, status: $status) { userErrors { message } } }';
const DELETE_USER = 'mutation ($id: ID!) { userDelete(id: $id) { userErrors { message } } }';
const VIEWER = 'query { viewer { id } }';

const OF_A_CSR: readonly string[] = grantedPermissions.of('CSR');
const OF_SUPPORT: readonly string[] = grantedPermissions.of('SUPPORT');
const LOST_AS_CSR = OF_SUPPORT.filter((one) => !OF_A_CSR.includes(one));
const WON_AS_CSR = OF_A_CSR.filter((one) => !OF_SUPPORT.includes(one));

const FORBIDDEN = [
  expect.objectContaining({
    extensions: {
      code: 'FORBIDDEN',
      rule: expect.any(String),
      params: expect.any(Object),
      requestId: expect.any(String),
    },
  }),
];
const WITHDRAWN = { how: 'closed', code: 4403, reason: 'Forbidden: access was revoked' };
const UNAUTHENTICATED = [{ extensions: { code: 'UNAUTHENTICATED' } }];

describe('a right that is withdrawn while its holder has a subscription', () => {
  test('X: a withdrawn permission hides its field: null and FORBIDDEN from the very next event on', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions: ['notes:read'] } });
    const feed = csr.follow(UPDATED, { after: await ada.now(acme.id) });

    await ada.ask(UPDATE, { id: customerId, input: { internalNotes: 'may be read' } });
    const before = await feed.next();
    await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions: [] } });
    await ada.ask(UPDATE, { id: customerId, input: { internalNotes: 'late payer' } });
    const after = await feed.next();

    expect([before.errors, before.data, after.errors, after.data]).toEqual([
      undefined,
      { customerUpdated: { customer: expect.objectContaining({ internalNotes: 'may be read' }) } },
      FORBIDDEN,
      { customerUpdated: { customer: expect.objectContaining({ internalNotes: null }) } },
    ]);
  });

  test('X: a withdrawn role ends its streams: SUBSCRIPTION_REVOKED instead of the next event', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const after = await ada.now(acme.id);
    const plans = support.follow(
      'subscription ($after: Cursor) { planCreated(after: $after) { plan { name } } }',
      {
        after,
      },
    );
    const customers = support.follow(UPDATED.replace('internalNotes', ''), { after });
    const createPlan = (name: string) =>
      ada.ask(
        'mutation ($name: String!) { planCreate(input: { name: $name, monthlyPrice: { amountMinor: 1, currency: "EUR" } }) { userErrors { message } } }',
        { name },
      );
    await createPlan('Known');
    const known = await plans.event();
    await ada.ask(SET_ROLE, { id: support.userId, role: 'CSR' });
    await createPlan('Secret');
    await ada.ask(UPDATE, { id: customerId, input: { company: 'Goes on' } });

    const revoked = await plans.next();
    expect([known, revoked, await plans.ended(), await customers.event()]).toMatchObject([
      { plan: { name: 'Known' } },
      { errors: [{ extensions: { code: 'SUBSCRIPTION_REVOKED' } }] },
      { how: 'complete' },
      { customer: { company: 'Goes on' } },
    ]);
    expect(revoked).not.toHaveProperty('data');
  });

  test('X: a member who is moved to another customer receives changes of that one from then on, and of the old one no more', async () => {
    const [birch, cedar] = [
      await installation.aCustomer(acme.id, 'Birch'),
      await installation.aCustomer(acme.id, 'Cedar'),
    ];
    const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId: birch });
    const ACCOUNT =
      'subscription ($after: Cursor) { accountUpdated(after: $after) { account { id email } } }';
    const feed = owner.follow(ACCOUNT, { after: await ada.now(acme.id) });
    const mail = (id: string, email: string) => ada.ask(UPDATE, { id, input: { email } });

    await mail(birch, 'old@birch.test');
    const before = await feed.event();
    await ada.ask(UPDATE_USER, { id: owner.userId, input: { customerId: cedar } });
    await mail(birch, 'secret@birch.test');
    await mail(cedar, 'new@cedar.test');

    const seen: { account: { id: string; email: string } }[] = [];
    while (seen.at(-1)?.account.email !== 'new@cedar.test') seen.push(await feed.event());
    expect(before).toEqual({ account: { id: birch, email: 'old@birch.test' } });
    expect(seen.map(({ account }) => account.id)).not.toContain(birch);
  });

  test('the holder receives the rights that it lost and gained, at their position in the feed', async () => {
    const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const OWN = `subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) {
      granted revoked permissions role changedFields actor { name } } }`;
    const feed = support.follow(OWN, { after: await ada.now(acme.id) });

    await ada.ask(SET_ROLE, { id: csr.userId, role: 'SUPPORT' });
    await ada.ask(UPDATE_USER, { id: support.userId, input: { name: 'No right changes' } });
    await ada.ask(SET_ROLE, { id: support.userId, role: 'CSR' });
    await ada.ask(UPDATE_USER, { id: support.userId, input: { permissions: ['plans:read'] } });

    expect(await feed.take(2)).toEqual([
      {
        granted: [...WON_AS_CSR].sort(),
        revoked: [...LOST_AS_CSR].sort(),
        permissions: [...OF_A_CSR].sort(),
        role: 'CSR',
        changedFields: ['role'],
        actor: { name: 'A TENANT_ADMIN' },
      },
      expect.objectContaining({ granted: ['plans:read'], revoked: [], role: 'CSR' }),
    ]);
  });
});

describe('a user that may not act any more', () => {
  const ways: Record<string, (id: string) => Promise<unknown>> = {
    'is deactivated': (id) => ada.ask(UPDATE_USER, { id, input: { isActive: false } }),
    'is locked': (id) => ada.ask(SET_STATUS, { id, status: 'LOCKED' }),
    'is deleted': (id) => ada.ask(DELETE_USER, { id }),
  };

  test.each(Object.keys(ways))(
    'X: a user that %s loses every socket with 4403, and every request is refused as UNAUTHENTICATED',
    async (way) => {
      const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
      const after = await ada.now(acme.id);
      const [one, two] = [support.follow(UPDATED, { after }), support.follow(UPDATED, { after })];
      const witness = ada.follow(UPDATED, { after });
      await ada.ask(UPDATE, { id: await installation.aCustomer(acme.id), input: { company: 'Seen by all' } });
      await Promise.all([one.take(1), two.take(1), witness.take(1)]);

      await ways[way]?.(support.userId);

      expect([await one.ended(), await two.ended()]).toEqual([WITHDRAWN, WITHDRAWN]);
      expect((await support.run(VIEWER)).errors).toMatchObject(UNAUTHENTICATED);
      await ada.ask(UPDATE, {
        id: await installation.aCustomer(acme.id),
        input: { company: 'Others go on' },
      });
      expect(await witness.event()).toMatchObject({ customer: { company: 'Others go on' } });
    },
  );

  test('X: the suspension of a tenant ends the sockets of all its users, and of no other user', async () => {
    const globex = await installation.aTenant('Globex');
    const customerId = await installation.aCustomer(globex.id);
    const people = [
      await installation.aUser('TENANT_ADMIN', { tenantId: globex.id }),
      await installation.aUser('RESIDENT', { tenantId: globex.id, customerId }),
    ];
    const CHANGES = 'subscription { changes { __typename } }';
    const streams = people.map((person) => person.follow(CHANGES));
    const after = await installation.root.now(globex.id);
    const neighbour = ada.follow(CHANGES);
    const guest = installation.root.follow(UPDATED, { tenantId: globex.id, after });
    // Each stream first delivers its position, so all of them are open from here on.
    await Promise.all([...streams, neighbour].map((stream) => stream.take(1)));

    await installation.root.ask(
      'mutation ($id: ID!) { tenantUpdate(id: $id, input: { status: SUSPENDED }) { userErrors { message } } }',
      { id: globex.id },
    );

    expect(await Promise.all(streams.map((stream) => stream.ended()))).toEqual([WITHDRAWN, WITHDRAWN]);
    const answers = await Promise.all(people.map((person) => person.run(VIEWER)));
    expect(answers.map(({ errors }) => errors)).toMatchObject([UNAUTHENTICATED, UNAUTHENTICATED]);
    await ada.ask(UPDATE, { id: await installation.aCustomer(acme.id), input: { company: 'Unmoved' } });
    await installation.root.ask(UPDATE, { id: customerId, input: { company: 'Still followed' } });
    expect([await neighbour.event(), await guest.event()]).toMatchObject([
      { __typename: 'CustomerCreated' },
      { customer: { company: 'Still followed' } },
    ]);
  });
});
