import { describe, expect, test } from '@jest/globals';
import { aPayment, aProperty, aUnit, someHomes } from '../../support/homes.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const NOBODY = '0198c0de-0000-7000-8000-000000000000';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');

const home = { name: 'Elm House', address: '1 Elm Street' };

describe('properties are refused', () => {
  test('with all faults of the input together', async () => {
    const input = { name: ' ', address: 'x'.repeat(501) };
    expect(await refusals(alder.owner, 'propertyCreate', { input })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'name'] },
      { code: 'INVALID_INPUT', path: ['input', 'address'] },
    ]);
    expect(await refusals(admin, 'propertyCreate', { input: home })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'customerId'] },
    ]);
  });

  test('2: to a user who names a customer of another user, in the words for one that does not exist', async () => {
    const globex = await installation.aTenant('Globex');
    const foreign = await installation.aCustomer(globex.id);
    const unknown = await refusals(admin, 'propertyCreate', { input: { ...home, customerId: NOBODY } });
    expect(unknown).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'customerId'] }]);
    expect(await refusals(admin, 'propertyCreate', { input: { ...home, customerId: foreign } })).toEqual(
      unknown,
    );
    for (const customerId of [NOBODY, foreign, birch.customerId]) {
      expect(await refusals(alder.owner, 'propertyCreate', { input: { ...home, customerId } })).toEqual(
        unknown,
      );
    }
    const theirs = { id: birch.propertyId, input: { name: 'Mine' } };
    expect(await codes(alder.owner, 'propertyUpdate', theirs)).toEqual(['NOT_FOUND']);
    expect(await codes(alder.owner, 'propertyDelete', { id: birch.propertyId })).toEqual(['NOT_FOUND']);
    expect(
      await alder.owner.ask('query ($id: ID!) { property(id: $id) { id } }', { id: birch.propertyId }),
    ).toEqual({ property: null });
  });

  test.each(['SUPPORT', 'CSR', 'RESIDENT'])('to a %s who wants to write', async (role) => {
    const customerId = role === 'RESIDENT' ? alder.customerId : undefined;
    const person = await installation.aUser(role, { tenantId: acme.id, ...(customerId && { customerId }) });
    const { propertyId: id } = alder;
    expect(await codes(person, 'propertyCreate', { input: home })).toEqual(['FORBIDDEN']);
    expect(await codes(person, 'propertyUpdate', { id, input: home })).toEqual(['FORBIDDEN']);
    expect(await codes(person, 'propertyDelete', { id })).toEqual(['FORBIDDEN']);
  });

  test('to a resident who has the permissions beside those of its role: it sees no property', async () => {
    const { resident } = alder.units[0];
    const permissions = ['properties:read', 'properties:write'];
    await mutate(installation.root, 'userUpdate', { id: resident.userId, input: { permissions } });
    expect(await codes(resident, 'propertyCreate', { input: home })).toEqual(['NOT_FOUND']);
    expect(await codes(resident, 'unitUpdate', { id: alder.units[0].id, input: { label: 'Mine' } })).toEqual([
      'NOT_FOUND',
    ]);
    expect(await resident.ask('query { properties { totalCount } }')).toEqual({
      properties: { totalCount: 0 },
    });
    await mutate(installation.root, 'userUpdate', { id: resident.userId, input: { permissions: [] } });
  });

  test('a change and a deletion against a version that has passed, with the property as it is', async () => {
    const id = await aProperty(alder.owner, { name: 'Rowan' });
    await mutate(alder.owner, 'propertyUpdate', { id, input: { name: 'Rowan House' }, expectedVersion: 1 });
    expect(await refusals(admin, 'propertyDelete', { id, expectedVersion: 1 })).toMatchObject([
      { code: 'VERSION_CONFLICT', path: ['expectedVersion'] },
    ]);
  });

  test('a deletion while there are units, and one of a customer while it has properties', async () => {
    expect(await codes(alder.owner, 'propertyDelete', { id: alder.propertyId })).toEqual(['IN_USE']);
    const customerId = await installation.aCustomer(acme.id, 'Cedar');
    const id = await aProperty(admin, { name: 'Cedar', customerId });
    expect(await refusals(admin, 'customerDelete', { id: customerId })).toMatchObject([
      { code: 'IN_USE', message: 'The customer still has properties: delete them first.' },
    ]);
    await mutate(admin, 'propertyDelete', { id });
    expect(await codes(admin, 'customerDelete', { id: customerId })).toEqual([]);
  });
});

describe('the plan of a customer', () => {
  const aPlan = async (maxProperties: number) => {
    const price = { amountMinor: 900, currency: 'EUR' };
    const input = { name: crypto.randomUUID(), monthlyPrice: price, maxProperties };
    return (await mutate(admin, 'planCreate', { input }, 'planId')).planId;
  };

  test('LIMIT_REACHED for one property more than it allows, also of requests that come at the same moment', async () => {
    const customerId = await installation.aCustomer(acme.id, 'Dogwood');
    await mutate(admin, 'customerUpdate', { id: customerId, input: { planId: await aPlan(3) } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => refusals(admin, 'propertyCreate', { input: { ...home, customerId } })),
    );
    const [refusal] = answers.flat();
    expect(refusal).toEqual({
      code: 'LIMIT_REACHED',
      message: "The customer's plan allows no more properties than 3.",
      path: [],
    });
    expect(answers.filter((list) => list.length === 0)).toHaveLength(3);
    expect(
      await admin.ask('query ($id: ID!) { customer(id: $id) { propertyCount properties { totalCount } } }', {
        id: customerId,
      }),
    ).toEqual({ customer: { propertyCount: 3, properties: { totalCount: 3 } } });
  });

  test('takes no property away when it allows fewer', async () => {
    const customerId = await installation.aCustomer(acme.id, 'Elder');
    await aProperty(admin, { name: 'Elder', customerId });
    await mutate(admin, 'customerUpdate', { id: customerId, input: { planId: await aPlan(0) } });
    expect(await codes(admin, 'propertyCreate', { input: { ...home, customerId } })).toEqual([
      'LIMIT_REACHED',
    ]);
    expect(
      await admin.ask('query ($id: ID!) { customer(id: $id) { propertyCount } }', { id: customerId }),
    ).toEqual({ customer: { propertyCount: 1 } });
  });
});

test('7: a new property is counted by an event of its customer, which its members receive and residents do not', async () => {
  const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const after = await admin.now(acme.id);
  const staff = support.follow(
    'subscription ($after: Cursor) { customerUpdated(after: $after) { changedFields customer { id propertyCount } } }',
    { after },
  );
  const ACCOUNT =
    'subscription ($after: Cursor) { accountUpdated(after: $after) { changedFields account { propertyCount memberCount } } }';
  const members = alder.owner.follow(ACCOUNT, { after });
  const resident = alder.units[0].resident.follow(ACCOUNT, { after });
  const { account } = await alder.owner.ask('query { account { propertyCount memberCount } }');
  const propertyCount = account.propertyCount + 1;

  await aProperty(alder.owner, { name: 'Fir' });

  const changedFields = ['propertyCount'];
  expect(await staff.event()).toEqual({ changedFields, customer: { id: alder.customerId, propertyCount } });
  expect(await members.event()).toEqual({ changedFields, account: { ...account, propertyCount } });
  await mutate(admin, 'customerUpdate', { id: alder.customerId, input: { company: 'Alder & Sons' } });
  const seen = await resident.next();
  expect(seen.data).toEqual({
    accountUpdated: { changedFields: ['company'], account: { propertyCount: null, memberCount: null } },
  });
  expect(seen.errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
    { extensions: { code: 'FORBIDDEN' } },
  ]);
});

test('A: a repeated request makes one property, and its key serves no other', async () => {
  const idempotencyKey = crypto.randomUUID();
  const create = (name: string) =>
    mutate(alder.owner, 'propertyCreate', { input: { ...home, name }, idempotencyKey }, 'propertyId cursor');
  const [first, twin] = await Promise.all([create('Ginkgo'), create('Ginkgo')]);
  expect(twin).toEqual(first);
  expect(await create('Ginkgo')).toEqual(first);
  expect(
    await codes(alder.owner, 'propertyCreate', { input: { ...home, name: 'Hazel' }, idempotencyKey }),
  ).toEqual(['ALREADY_EXISTS']);
});

test('a unit that payments were recorded for stays', async () => {
  const id = await aUnit(alder.owner, { propertyId: alder.propertyId, label: 'paid' });
  const paymentId = await aPayment(admin, { unitId: id, status: 'PENDING' });
  expect(await codes(alder.owner, 'unitDelete', { id })).toEqual(['IN_USE']);
  await mutate(admin, 'paymentDelete', { id: paymentId });
  expect(await codes(alder.owner, 'unitDelete', { id })).toEqual([]);
});
