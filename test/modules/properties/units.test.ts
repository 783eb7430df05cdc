import { describe, expect, test } from '@jest/globals';
import { aPayment, aUnit, someHomes } from '../../support/homes.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');

const aResident = () => installation.aUser('RESIDENT', { tenantId: acme.id, customerId: alder.customerId });

const residentOf = async (id: string) =>
  (await admin.ask('query ($id: ID!) { unit(id: $id) { residentId resident { id } } }', { id })).unit;

describe('units are refused', () => {
  test('to a user who names a property or a resident of another customer, in the words for none', async () => {
    const label = 'x';
    const theirs = { propertyId: birch.propertyId, label };
    expect(await refusals(alder.owner, 'unitCreate', { input: theirs })).toMatchObject([
      { code: 'NOT_FOUND', message: 'There is no such property.', path: ['input', 'propertyId'] },
    ]);
    const resident = birch.units[0].resident.userId;
    for (const residentId of [resident, alder.owner.userId, admin.userId, acme.id]) {
      const input = { propertyId: alder.propertyId, label, residentId };
      expect(await refusals(admin, 'unitCreate', { input })).toMatchObject([
        { code: 'NOT_FOUND', message: 'There is no such user.', path: ['input', 'residentId'] },
      ]);
      expect(await refusals(admin, 'unitResidentSet', { id: alder.units[0].id, residentId })).toMatchObject([
        { code: 'NOT_FOUND', message: 'There is no such user.', path: ['residentId'] },
      ]);
    }
    for (const [name, args] of [
      ['unitUpdate', { input: { label } }],
      ['unitResidentSet', { residentId: null }],
      ['unitDelete', {}],
    ] as const) {
      expect(await refusals(alder.owner, name, { id: birch.units[0].id, ...args })).toMatchObject([
        { code: 'NOT_FOUND', message: 'There is no such unit.', path: ['id'] },
      ]);
    }
  });

  test('without a resident: only an explicit null empties the unit', async () => {
    const [{ id, resident }] = birch.units;
    expect(await refusals(admin, 'unitResidentSet', { id })).toEqual([
      {
        code: 'INVALID_INPUT',
        message: 'The resident is required; null makes the unit vacant.',
        path: ['residentId'],
      },
    ]);
    const { unit } = await admin.ask('query ($id: ID!) { unit(id: $id) { residentId } }', { id });
    expect(unit.residentId).toBe(resident.userId);
  });

  test('X: that a unit with payments is deleted, in the same words as for requests: a manager may read no payments', async () => {
    const place = { tenantId: acme.id, customerId: alder.customerId };
    const manager = await installation.aUser('MANAGER', place);
    const [paid, reported] = [
      await aUnit(admin, { propertyId: alder.propertyId, label: 'paid for' }),
      await aUnit(admin, { propertyId: alder.propertyId, label: 'reported' }),
    ];
    await aPayment(admin, { unitId: paid });
    const input = { unitId: reported, title: 'Drip' };
    await mutate(admin, 'maintenanceRequestCreate', { input });
    const answers = [paid, reported].map((id) => refusals(manager, 'unitDelete', { id }));
    const refusal = {
      code: 'IN_USE',
      message: 'The unit has a history, so it cannot be deleted.',
      path: ['id'],
    };
    expect(await Promise.all(answers)).toEqual([[refusal], [refusal]]);
  });

  test('a label that another unit of the property has, also for one of two users who take it at the same moment', async () => {
    const input = { propertyId: alder.propertyId, label: 'taken' };
    const both = await Promise.all([
      codes(admin, 'unitCreate', { input }),
      codes(admin, 'unitCreate', { input }),
    ]);
    expect(both.flat()).toEqual(['ALREADY_EXISTS']);
    expect(
      await refusals(admin, 'unitUpdate', { id: alder.units[0].id, input: { label: input.label } }),
    ).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['input', 'label'] }]);
    expect(await codes(admin, 'unitCreate', { input: { ...input, propertyId: birch.propertyId } })).toEqual(
      [],
    );
  });
});

const LEAVINGS: [how: string, leave: (id: string) => Promise<unknown>][] = [
  ['is deleted', (id) => mutate(admin, 'userDelete', { id })],
  ['becomes a manager', (id) => mutate(admin, 'userRoleSet', { id, role: 'MANAGER' })],
  ['joins the staff', (id) => mutate(admin, 'userRoleSet', { id, role: 'CSR' })],
  [
    'moves to another customer',
    (id) => mutate(admin, 'userUpdate', { id, input: { customerId: birch.customerId } }),
  ],
];

test.each(LEAVINGS)(
  'all units of a resident who %s are empty at the same position of the feed',
  async (_how, leave) => {
    const { userId } = await aResident();
    const label = () => crypto.randomUUID();
    const input = { propertyId: alder.propertyId, residentId: userId };
    const rented = [
      await aUnit(admin, { ...input, label: label() }),
      await aUnit(admin, { ...input, label: label() }),
    ];
    const after = await admin.now(acme.id);
    const updated = alder.owner.follow(
      'subscription ($after: Cursor) { unitUpdated(after: $after) { changedFields unit { id residentId version } } }',
      { after },
    );

    await leave(userId);

    const changedFields = expect.arrayContaining(['residentId']);
    expect(await updated.take(2)).toEqual(
      rented.map((id) => ({ changedFields, unit: { id, residentId: null, version: 2 } })),
    );
    for (const id of rented) expect(await residentOf(id)).toEqual({ residentId: null, resident: null });
  },
);

test('a resident who is locked out or renamed keeps its unit', async () => {
  const { userId } = await aResident();
  const id = await aUnit(admin, { propertyId: alder.propertyId, label: 'kept', residentId: userId });
  await mutate(admin, 'userUpdate', { id: userId, input: { name: 'Rae' } });
  await mutate(admin, 'userStatusSet', { id: userId, status: 'LOCKED' });
  expect(await residentOf(id)).toEqual({ residentId: userId, resident: { id: userId } });
});

test('no unit is let to a resident who leaves at that moment', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { userId } = await aResident();
    const leave = LEAVINGS[round % LEAVINGS.length]?.[1] ?? (() => Promise.resolve());
    const id = await aUnit(admin, { propertyId: alder.propertyId, label: `race ${round}` });
    const [refused] = await Promise.all([
      codes(admin, 'unitResidentSet', { id, residentId: userId }),
      leave(userId),
    ]);
    expect([[], ['NOT_FOUND']]).toContainEqual(refused);
    expect(await residentOf(id)).toEqual({ residentId: null, resident: null });
  }
});

test('a resident who moves in sees the unit appear, one who moves out sees it disappear, and neither learns about the other', async () => {
  const [leaving, coming] = [await aResident(), await aResident()];
  const id = await aUnit(admin, {
    propertyId: alder.propertyId,
    label: 'in turn',
    residentId: leaving.userId,
  });
  const after = await admin.now(acme.id);
  const UNITS = `subscription ($after: Cursor) { unitChanged(after: $after) { __typename
    ... on UnitCreated { unit { id residentId resident { id } place { propertyName address } } }
    ... on UnitDeleted { unitId actor { kind id name } }
    ... on UnitUpdated { unit { id } } } }`;
  const [out, into] = [leaving.follow(UNITS, { after }), coming.follow(UNITS, { after })];
  await Promise.all([out.event(), into.event()]);

  await mutate(alder.owner, 'unitResidentSet', { id, residentId: coming.userId });

  const nobody = { kind: 'USER', id: null, name: null };
  expect(await out.event()).toEqual({ __typename: 'UnitDeleted', unitId: id, actor: nobody });
  expect(await into.event()).toEqual({
    __typename: 'UnitCreated',
    unit: {
      id,
      residentId: coming.userId,
      resident: { id: coming.userId },
      place: { propertyName: 'Alder', address: '1 Alder Street' },
    },
  });
  expect(await leaving.ask('query ($id: ID!) { unit(id: $id) { id } units { totalCount } }', { id })).toEqual(
    {
      unit: null,
      units: { totalCount: 0 },
    },
  );
});
