import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CANARY, ContactStage } from '../support/contact-stage.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';

const CONTACT = 'contactFor(purpose: $purpose) { state email phone }';
const OF_CUSTOMER = `query ($id: ID!, $purpose: String!) { customer(id: $id) { ${CONTACT} } }`;
const OF_USER = `query ($id: ID!, $purpose: String!) { user(id: $id) { ${CONTACT} version updatedAt } }`;
const FOLLOW_CUSTOMERS = `subscription ($purpose: String!, $after: Cursor) {
  customerUpdated(after: $after) { changedFields customer { ${CONTACT} } } }`;
const FOLLOW_CONSENTS = `subscription ($purpose: String!, $after: Cursor) {
  consentChanged(after: $after) { __typename ... on ConsentEvent { consent { state customer { ${CONTACT} } } } } }`;
const FOLLOW_USERS = 'subscription ($after: Cursor) { userUpdated(after: $after) { changedFields } }';

const GRANTED = { state: 'GRANTED', email: 'canary-mail@alder.test', phone: 'canary-phone' };
const nothing = (state: string | null) => ({ state, email: null, phone: null });

describeOnPostgres('contact data for a purpose, on two nodes', () => {
  let stage: ContactStage;

  beforeAll(async () => {
    stage = await ContactStage.start();
  }, 120_000);
  afterAll(() => stage.stop());

  const contactOf = async (who: Person, purpose: string) =>
    (await who.ask(OF_CUSTOMER, { id: stage.customerId, purpose })).customer?.contactFor;

  test('X: it is refused without the permission, to users of customers, to other tenants and for their purposes', async () => {
    const { uma, sue, gil, owner, manager, otherOwner } = stage.people;
    const { id, key } = await stage.aPurpose();
    const foreign = await stage.aPurpose({}, gil);
    await stage.grant(id);
    await stage.grant(id, {});
    const refusalsOf = async (who: Person, query: string, variables: object) => {
      const { data, errors } = await who.run(query, { purpose: key, id: owner.userId, ...variables });
      expect(JSON.stringify(data)).not.toMatch(CANARY);
      return errors?.map(({ extensions }) => extensions.code);
    };
    const id_ = { id: stage.customerId };
    expect(await refusalsOf(sue, OF_CUSTOMER, id_)).toEqual(['FORBIDDEN']);
    expect(await refusalsOf(sue, OF_USER, {})).toEqual(['FORBIDDEN']);
    for (const who of [owner, manager]) expect(await refusalsOf(who, OF_USER, {})).toEqual(['FORBIDDEN']);
    for (const who of [owner, manager, otherOwner])
      expect(await refusalsOf(who, OF_CUSTOMER, id_)).toEqual(['FORBIDDEN']);
    for (const who of [gil, otherOwner]) expect(await refusalsOf(who, OF_USER, {})).toBeUndefined();
    for (const purpose of [foreign.key, 'no-such-purpose'])
      expect(await refusalsOf(uma, OF_CUSTOMER, { ...id_, purpose })).toEqual(['NOT_FOUND']);
    expect(await contactOf(uma, key)).toEqual(GRANTED);
    expect(await contactOf(uma, (await stage.aPurpose()).key)).toEqual(nothing(null));
  });

  test('X O: consent withdrawn while streams run: the withdrawal itself shows null on both nodes, and nothing later shows more', async () => {
    const { ada, uma, sue, owner, otherOwner } = stage.people;
    const { id: purposeId, key: purpose } = await stage.aPurpose();
    const after = await ada.now(stage.tenantId);
    const start = { purpose, after };
    const nodes = stage.onBothNodes(uma);
    const ofCustomers = nodes.map((who) => who.follow(FOLLOW_CUSTOMERS, start));
    const ofConsents = ada.follow(FOLLOW_CONSENTS, start);
    const unheard = [owner, otherOwner].map((who) => who.follow(FOLLOW_CUSTOMERS, start));

    const consentId = await stage.grant(purposeId);
    for (const stream of ofCustomers)
      expect(await stream.take(1)).toEqual([
        { changedFields: ['contactFor'], customer: { contactFor: GRANTED } },
      ]);
    const [granted] = await ofConsents.changes(1);
    expect(granted).toMatchObject({ consent: { state: 'GRANTED', customer: { contactFor: GRANTED } } });
    await stage.revoke(consentId);
    const withdrawn = { changedFields: ['contactFor'], customer: { contactFor: nothing('REVOKED') } };
    for (const stream of ofCustomers) expect(await stream.take(1)).toEqual([withdrawn]);
    expect(await ofConsents.changes(1)).toMatchObject([
      { consent: { state: 'REVOKED', customer: { contactFor: nothing('REVOKED') } } },
    ]);

    await mutate(ada, 'customerUpdate', { id: stage.customerId, input: { internalNotes: 'later' } });
    const later = await Promise.all(ofCustomers.map((stream) => stream.take(1)));
    const resumed = await Promise.all(nodes.map((who) => who.follow(FOLLOW_CUSTOMERS, start).take(3)));
    const asked = await Promise.all(nodes.flatMap((who) => everythingOf(who, purpose)));
    expect(JSON.stringify([later, resumed, asked])).not.toMatch(CANARY);
    // A viewer without the permission learns no state either.
    const ofSue = sue.follow(FOLLOW_CUSTOMERS, start);
    const refused = [await ofSue.next(), await ofSue.next(), await ofSue.next()];
    expect(JSON.stringify(refused)).not.toMatch(/contactFor":{|GRANTED|REVOKED/);
    for (const stream of unheard) expect(JSON.stringify(await stream.next())).toMatch('FORBIDDEN');
  });

  /** All else by which the viewer may try to read the contact data. */
  function everythingOf(who: Person, purpose: string): Promise<unknown>[] {
    const variables = { id: stage.customerId, purpose };
    const tried = [
      OF_CUSTOMER,
      'query ($id: ID!) { customer(id: $id) { email phone } }',
      'query { customers(filter: { email: { contains: "canary" } }) { nodes { id } } }',
      'query { customers(filter: { phone: { contains: "canary" } }) { totalCount } }',
      'query { customers(orderBy: [{ field: EMAIL }]) { nodes { id } } }',
      'query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }) { nodes { changedFields diff { field before after } } } }',
    ];
    return tried.map((query) => who.run(query, variables));
  }

  test('X: a stream that resumes before the withdrawal shows null, although its group rendered the contact before', async () => {
    const { ada, uma } = stage.people;
    const { id: purposeId, key: purpose } = await stage.aPurpose();
    const start = { purpose, after: await ada.now(stage.tenantId) };
    const first = stage.onBothNodes(uma).map((who) => who.follow(FOLLOW_CUSTOMERS, start));
    const consentId = await stage.grant(purposeId);
    for (const stream of first)
      expect(await stream.take(1)).toMatchObject([{ customer: { contactFor: GRANTED } }]);
    await stage.revoke(consentId);
    for (const who of stage.onBothNodes(uma))
      expect(await who.follow(FOLLOW_CUSTOMERS, start).take(2)).toMatchObject(
        Array(2).fill({ customer: { contactFor: nothing('REVOKED') } }),
      );
  });

  test('X: a consent past its end gives nothing by the clock of the database, although its due work has not run', async () => {
    const { uma } = stage.people;
    const { id: purposeId, key } = await stage.aPurpose({ validityDays: 1 });
    await stage.grant(purposeId);
    expect(await contactOf(uma, key)).toEqual(GRANTED);
    const past = `${purposeId} GRANTED 2020-01-01T00:00:00.000Z`;
    const url = String(stage.installation.app.config.databaseUrl);
    await runSql(
      url,
      `UPDATE customer SET consent_states = ARRAY['${past}'] WHERE id = '${stage.customerId}'`,
    );
    for (const who of stage.onBothNodes(uma)) expect(await contactOf(who, key)).toEqual(nothing('EXPIRED'));
  });

  test('X: an inactive purpose gives nothing, and a request that waits for confirmation neither', async () => {
    const { ada, uma } = stage.people;
    const { id, key } = await stage.aPurpose();
    await stage.grant(id);
    await mutate(ada, 'consentPurposeUpdate', { id, input: { isActive: false } });
    expect(await contactOf(uma, key)).toEqual(nothing('GRANTED'));
    const asking = await stage.aPurpose({ requiresDoubleOptIn: true });
    await stage.grant(asking.id);
    expect(await contactOf(uma, asking.key)).toEqual(nothing('PENDING'));
  });

  test('X: a member is a subject of its own, and no other member notices that its consent changes', async () => {
    const { ada, uma, owner, manager } = stage.people;
    const { id: purposeId, key: purpose } = await stage.aPurpose();
    const asked = { id: owner.userId, purpose };
    const shownTo = async (who: Person) => (await who.run(OF_USER, asked)).data.user;
    const before = await shownTo(manager);
    const after = await ada.now(stage.tenantId);
    const unheard = [manager, owner].map((who) => who.follow(FOLLOW_USERS, { after }));
    const consentId = await stage.grant(purposeId, {});
    expect((await shownTo(uma)).contactFor).toEqual({ state: 'GRANTED', email: owner.email, phone: null });
    expect(await contactOf(uma, purpose)).toEqual(nothing(null));
    await stage.revoke(consentId);
    expect((await shownTo(uma)).contactFor).toEqual(nothing('REVOKED'));
    expect(await ada.follow(FOLLOW_USERS, { after }).take(2)).toEqual(
      Array(2).fill({ changedFields: ['contactFor'] }),
    );
    expect(await shownTo(manager)).toEqual(before);
    await mutate(ada, 'userUpdate', { id: owner.userId, input: { department: 'seen' } });
    for (const stream of unheard) expect(await stream.take(1)).toEqual([{ changedFields: ['department'] }]);
  });

  test('X: what a member consented to does not follow it to another customer', async () => {
    const { ada, uma, owner } = stage.people;
    const { id: purposeId, key: purpose } = await stage.aPurpose();
    await stage.grant(purposeId, {});
    const customerId = await stage.installation.aCustomer(stage.tenantId, 'Cedar');
    await mutate(ada, 'userUpdate', { id: owner.userId, input: { customerId } });
    const { user } = await uma.ask(OF_USER, { id: owner.userId, purpose });
    expect(user.contactFor).toEqual(nothing(null));
  });
});
