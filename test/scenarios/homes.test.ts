import { describe, expect, test } from '@jest/globals';
import { aPayment, someHomes } from '../support/homes.ts';
import type { TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const who = (name: string) => people[name] as TestUser;

const { installation, acme, ...staff } = await aStage({
  acme: { admin: 'TENANT_ADMIN', support: 'SUPPORT', csr: 'CSR' },
});
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');
const people: Record<string, TestUser> = {
  ...staff,
  manager: await installation.aUser('MANAGER', { tenantId: acme.id, customerId: alder.customerId }),
  owner: alder.owner,
  resident: alder.units[0].resident,
  neighbour: alder.units[1].resident,
  otherOwner: birch.owner,
  otherResident: birch.units[0].resident,
};
for (const { id } of [...alder.units, ...birch.units]) await aPayment(who('admin'), { unitId: id });

describe('X: refused', () => {
  const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];

  test.each([
    ['csr', '{ properties { totalCount } }'],
    ['csr', '{ units { totalCount } }'],
    ['csr', '{ payments { totalCount } }'],
    ['manager', '{ payments { totalCount } }'],
    ['manager', '{ units { nodes { id } } payments { nodes { status } } }'],
    ['resident', '{ properties { totalCount } }'],
    ['resident', '{ units(filter: { propertyId: { in: [] } }) { totalCount } }'],
    ['resident', '{ payments(filter: { not: { propertyId: { in: [] } } }) { totalCount } }'],
    ['resident', '{ customers { totalCount } }'],
  ])('%s queries %s', async (name, query) => {
    expect((await who(name).run(query)).errors).toMatchObject(FORBIDDEN);
  });

  test.each([
    ['csr', 'propertyChanged'],
    ['csr', 'unitChanged'],
    ['csr', 'paymentChanged'],
    ['manager', 'paymentChanged'],
    ['manager', 'paymentReceived'],
    ['resident', 'propertyChanged'],
  ])('%s subscribes to %s', async (name, field) => {
    const stream = who(name).follow(`subscription { ${field} { __typename } }`);
    expect((await stream.next()).errors).toMatchObject(FORBIDDEN);
    expect([await stream.ended(), stream.unread]).toEqual([{ how: 'complete' }, []]);
  });
});

const labels = (list: readonly { label: string }[]) => list.map(({ label }) => label);

test('X 7: staff sees every home of the tenant, owners and managers those of their customer, residents their own', async () => {
  const UNITS = 'query { units { totalCount nodes { label place { propertyName } residentId } } }';
  const seen: Record<string, string[]> = {};
  for (const name of Object.keys(people).filter((one) => one !== 'csr')) {
    seen[name] = labels((await who(name).ask(UNITS)).units.nodes);
  }
  const [all, ofAlder] = [
    ['Alder 1', 'Alder 2', 'Birch 1', 'Birch 2'],
    ['Alder 1', 'Alder 2'],
  ];
  expect(seen).toEqual({
    admin: all,
    support: all,
    manager: ofAlder,
    owner: ofAlder,
    resident: ['Alder 1'],
    neighbour: ['Alder 2'],
    otherOwner: ['Birch 1', 'Birch 2'],
    otherResident: ['Birch 1'],
  });

  const PAYMENTS = 'query { payments { totalCount nodes { unit { label } amount { amountMinor } } } }';
  const counts: Record<string, number> = {};
  for (const name of ['admin', 'owner', 'resident', 'otherOwner']) {
    const { payments } = await who(name).ask(PAYMENTS);
    counts[name] = payments.totalCount;
    expect(payments.nodes[0].amount).toEqual({ amountMinor: 90_000 });
  }
  expect(counts).toEqual({ admin: 4, owner: 2, resident: 1, otherOwner: 2 });
  const { data, errors } = await who('support').run(PAYMENTS);
  expect(data.payments.nodes.map(({ amount }: { amount: unknown }) => amount)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
});

test('X: a relation to a row that the viewer may not see is null', async () => {
  const UNIT = `query ($id: ID!) { unit(id: $id) {
    property { name customer { company } units { totalCount } } place { propertyName address } resident { name } } }`;
  const ask = async (name: string) => {
    const { data, errors } = await who(name).run(UNIT, { id: alder.units[0].id });
    return { ...data, refused: errors?.map(({ path }) => path?.join('.')) };
  };
  const place = { propertyName: 'Alder', address: '1 Alder Street' };
  const resident = { name: 'A RESIDENT' };
  const units = { totalCount: 2 };
  expect(await ask('admin')).toEqual({
    unit: { property: { name: 'Alder', customer: { company: 'Alder' }, units }, place, resident },
  });
  expect(await ask('manager')).toEqual({
    unit: { property: { name: 'Alder', customer: null, units }, place, resident },
    refused: ['unit.property.customer'],
  });
  expect(await ask('resident')).toEqual({
    unit: { property: null, place, resident },
    refused: ['unit.property'],
  });
  expect(await ask('neighbour')).toEqual({ unit: null });
  expect(await ask('otherOwner')).toEqual({ unit: null });
});

/** An event of a payment, as far as the viewer sees it: without the amount if that was refused. */
interface Told {
  readonly type: string;
  readonly status: string;
  readonly label: string;
  readonly amountMinor?: number;
  readonly changed: readonly string[];
}

interface Shown {
  readonly type: string;
  readonly changedFields: readonly string[];
  readonly payment: {
    readonly status: string;
    readonly unit: { readonly label: string };
    readonly amount: { readonly amountMinor: number } | null;
  };
}

/** The events after a position that a viewer receives, up to the present position. */
async function told(person: Person, after: string): Promise<Told[]> {
  const EVENT = 'changedFields payment { status unit { label } amount { amountMinor } }';
  const stream = person.follow(
    `subscription ($after: Cursor) { event: paymentChanged(after: $after) { type: __typename
       ... on PaymentCreated { ${EVENT} } ... on PaymentUpdated { ${EVENT} } } }`,
    { after },
  );
  const events: Told[] = [];
  for (;;) {
    const { event } = (await stream.next()).data as unknown as { event: Shown };
    const { type, changedFields, payment } = event;
    if (type === 'FeedPosition') return events;
    const { status, unit, amount } = payment;
    events.push({ type, status, label: unit.label, ...amount, changed: changedFields });
  }
}

test('X L O: support receives changes of payments without amounts, owners those of their customer, residents their own', async () => {
  const admin = who('admin');
  const after = await admin.now(acme.id);
  const [own, next] = alder.units;
  const rent = await aPayment(admin, { unitId: own.id, status: 'PENDING' });
  const other = await aPayment(admin, { unitId: next.id, status: 'PENDING' });
  const amount = { amountMinor: 95_000, currency: 'EUR' };
  await mutate(admin, 'paymentUpdate', { id: rent, input: { amount } });
  await mutate(admin, 'paymentFail', { id: other, input: { reason: 'no funds' } });
  await mutate(admin, 'paymentReceive', { id: rent, input: { method: 'CARD' } });
  await mutate(admin, 'paymentRefund', { id: rent, input: { reason: 'paid twice' } });

  const created = (label: string): Told => ({
    type: 'PaymentCreated',
    status: 'PENDING',
    label,
    amountMinor: 90_000,
    changed: [],
  });
  const updated = (label: string, status: string, amountMinor: number, changed: string[]): Told => ({
    type: 'PaymentUpdated',
    status,
    label,
    amountMinor,
    changed,
  });
  const ofRent = [
    updated('Alder 1', 'PENDING', 95_000, ['amount']),
    updated('Alder 1', 'RECEIVED', 95_000, ['method', 'receivedAt', 'status']),
    updated('Alder 1', 'REFUNDED', 95_000, ['refundReason', 'refundedAt', 'status']),
  ] as const;
  const failed = updated('Alder 2', 'FAILED', 90_000, ['failedAt', 'failureReason', 'status']);
  const all = [created('Alder 1'), created('Alder 2'), ofRent[0], failed, ofRent[1], ofRent[2]];
  const withoutAmount = all.map(({ amountMinor: _, ...event }) => ({
    ...event,
    changed: event.changed.filter((one) => one !== 'amount'),
  }));

  expect(await told(admin, after)).toEqual(all);
  expect(await told(who('owner'), after)).toEqual(all);
  expect(await told(who('support'), after)).toEqual(withoutAmount);
  expect(await told(who('resident'), after)).toEqual([created('Alder 1'), ...ofRent]);
  expect(await told(who('neighbour'), after)).toEqual([created('Alder 2'), failed]);
  expect(await told(who('otherOwner'), after)).toEqual([]);
  expect(await told(who('otherResident'), after)).toEqual([]);
});

test('X: domain events of a payment reach the viewers that see it, and no viewer receives those of another payment', async () => {
  const admin = who('admin');
  const after = await admin.now(acme.id);
  const follow = (name: string, field: string) =>
    who(name).follow(
      `subscription ($after: Cursor) { ${field}(after: $after) { payment { id status amount { currency } } } }`,
      { after },
    );
  const moments = ['paymentReceived', 'paymentFailed', 'paymentRefunded'];
  const streams = ['owner', 'resident', 'neighbour', 'otherOwner'].flatMap((name) =>
    moments.map((field) => ({ name, field, stream: follow(name, field) })),
  );
  const [own, next] = alder.units;
  const rent = await aPayment(admin, { unitId: own.id });
  await mutate(admin, 'paymentUpdate', { id: rent, input: { reference: 'no moment of its own' } });
  await mutate(admin, 'paymentRefund', { id: rent, input: { reason: 'paid twice' } });
  const late = await aPayment(admin, { unitId: next.id, status: 'PENDING' });
  await mutate(admin, 'paymentFail', { id: late, input: { reason: 'no funds' } });
  await mutate(admin, 'paymentReceive', { id: late });
  // Each stream receives this event last, so it has received all earlier ones when this one arrives.
  const [unit] = (await who('otherOwner').ask('query { units { nodes { id } } }')).units.nodes;
  const last: Record<string, string> = {};
  for (const [name, unitId] of [
    ['otherOwner', unit.id],
    ['resident', own.id],
    ['neighbour', next.id],
  ] as const) {
    last[name] = await aPayment(admin, { unitId, status: 'PENDING', reference: 'last' });
    await mutate(admin, 'paymentFail', { id: last[name], input: { reason: 'last' } });
    await mutate(admin, 'paymentReceive', { id: last[name] });
    await mutate(admin, 'paymentRefund', { id: last[name], input: { reason: 'last' } });
  }
  last.owner = last.neighbour as string;

  const heard: Record<string, Record<string, string[]>> = {};
  for (const { name, field, stream } of streams) {
    const ids: string[] = [];
    while (ids.at(-1) !== last[name])
      ids.push(((await stream.event()) as { payment: { id: string } }).payment.id);
    heard[name] = { ...heard[name], [field]: ids.slice(0, -1) };
  }
  const ofResident = last.resident as string;
  expect(heard).toEqual({
    owner: {
      paymentReceived: [rent, late, ofResident],
      paymentFailed: [late, ofResident],
      paymentRefunded: [rent, ofResident],
    },
    resident: { paymentReceived: [rent], paymentFailed: [], paymentRefunded: [rent] },
    neighbour: { paymentReceived: [late], paymentFailed: [late], paymentRefunded: [] },
    otherOwner: { paymentReceived: [], paymentFailed: [], paymentRefunded: [] },
  });
});
