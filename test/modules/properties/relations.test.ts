import { expect, test } from '@jest/globals';
import { DELETE, doInBulk } from '../../support/bulk.ts';
import { aPayment, someHomes } from '../../support/homes.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');
const manager = await installation.aUser('MANAGER', { tenantId: acme.id, customerId: alder.customerId });
const report = async (unitId: string) => {
  const input = { unitId, title: 'Drip' };
  return (await mutate(admin, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
    .maintenanceRequestId;
};
const unitIds = alder.units.map(({ id }) => id);
// The payment and the request of each unit of Alder.
const payments = await Promise.all(unitIds.map((unitId) => aPayment(admin, { unitId })));
const requests = await Promise.all(unitIds.map(report));
await aPayment(admin, { unitId: birch.units[0].id });

const ROW = `tenantId customer { id } property { id } unit { id } resident { id }`;
const PAYMENT = `query ($id: ID!) { row: payment(id: $id) { ${ROW} } }`;
const REQUEST = `query ($id: ID!) { row: maintenanceRequest(id: $id) { ${ROW} } }`;
const UNIT = `query ($id: ID!) { unit(id: $id) { customer { id } property { id }
  payments { totalCount nodes { id } } maintenanceRequests { totalCount nodes { id } } } }`;
const ACCOUNT = `{ account { members { totalCount nodes { id } } properties { nodes { id } }
  payments { totalCount nodes { id } } } }`;

const idsIn = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id).toSorted();
const only = (...ids: string[]) => ({ totalCount: ids.length, nodes: ids.map((id) => ({ id })) });

/** The answer that a user receives, and the fields of it that were forbidden. */
async function answer(who: Person, query: string, id?: string) {
  const { data, errors = [] } = await who.run(query, { id });
  expect(errors.filter(({ extensions }) => extensions.code !== 'FORBIDDEN')).toEqual([]);
  return { data, forbidden: errors.map(({ path }) => path?.at(-1)).toSorted() };
}

test('X: the relations of a resident lead from its own rows to its own, and to nothing of the customer or the next unit', async () => {
  const [own, next] = alder.units;
  const self = { id: own.resident.userId };
  const row = { tenantId: acme.id, customer: null, property: null, unit: { id: own.id }, resident: self };
  for (const [query, [ownId, nextId]] of [
    [PAYMENT, payments],
    [REQUEST, requests],
  ] as const) {
    expect(await answer(own.resident, query, ownId)).toEqual({
      data: { row },
      forbidden: ['customer', 'property'],
    });
    expect(await answer(own.resident, query, nextId)).toEqual({ data: { row: null }, forbidden: [] });
  }
  const [payment, request] = [payments[0], requests[0]] as [string, string];
  expect(await answer(own.resident, UNIT, own.id)).toEqual({
    data: {
      unit: { customer: null, property: null, payments: only(payment), maintenanceRequests: only(request) },
    },
    forbidden: ['customer', 'property'],
  });
  expect((await answer(own.resident, UNIT, next.id)).data).toEqual({ unit: null });
  expect(await answer(own.resident, ACCOUNT)).toEqual({
    data: { account: { members: null, properties: null, payments: only(payment) } },
    forbidden: ['members', 'properties'],
  });
});

test('X: no relation leads a resident who moves in to earlier payments and requests', async () => {
  const [{ id, resident }] = birch.units;
  const place = { tenantId: acme.id, customerId: birch.customerId };
  const successor = await installation.aUser('RESIDENT', place);
  await mutate(admin, 'unitResidentSet', { id, residentId: successor.userId });
  const { unit } = (await answer(successor, UNIT, id)).data;
  expect(unit).toMatchObject({ payments: only(), maintenanceRequests: only() });
  expect((await answer(resident, UNIT, id)).data).toEqual({ unit: null });
});

test('the relations of a manager lead to members, properties and requests, and to no payment', async () => {
  const { data, forbidden } = await answer(manager, ACCOUNT);
  expect(forbidden).toEqual(['payments']);
  const members = [alder.owner, manager, ...alder.units.map(({ resident }) => resident)];
  expect(idsIn(data.account.members)).toEqual(members.map(({ userId }) => userId).toSorted());
  expect(idsIn(data.account.properties)).toEqual([alder.propertyId]);
  const of = await answer(manager, UNIT, alder.units[0].id);
  expect(of.forbidden).toEqual(['customer', 'payments']);
  expect(idsIn(of.data.unit.maintenanceRequests)).toEqual([requests[0]]);
});

test('the relations of an owner and of the staff lead everywhere, and never to another customer', async () => {
  const { account } = (await answer(alder.owner, ACCOUNT)).data;
  expect(idsIn(account.payments)).toEqual(payments.toSorted());
  const { customer } = await admin.ask(
    'query ($id: ID!) { customer(id: $id) { payments { totalCount nodes { id } } } }',
    { id: alder.customerId },
  );
  expect(idsIn(customer.payments)).toEqual(payments.toSorted());
  const [{ id: unitId, resident }] = alder.units;
  const row = {
    tenantId: acme.id,
    customer: { id: alder.customerId },
    property: { id: alder.propertyId },
    unit: { id: unitId },
    resident: { id: resident.userId },
  };
  expect((await answer(admin, PAYMENT, payments[0])).data).toEqual({ row });
  expect((await answer(admin, REQUEST, requests[0])).data).toEqual({ row });
  expect((await answer(admin, UNIT, unitId)).data.unit.customer).toEqual({ id: alder.customerId });
});

test('a bulk job leads to the user who asked for it, for viewers who see that user', async () => {
  const { id } = await doInBulk(admin, acme.id, DELETE, { ids: [crypto.randomUUID()] });
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  const input = { permissions: ['bulk-jobs:read'] };
  await mutate(installation.root, 'userUpdate', { id: csr.userId, input });
  const query = 'query ($id: ID!) { bulkJob(id: $id) { requestedById requestedBy { id } } }';
  const requestedById = admin.userId;
  expect((await answer(csr, query, id)).data).toEqual({ bulkJob: { requestedById, requestedBy: null } });
  expect((await answer(admin, query, id)).data).toEqual({
    bulkJob: { requestedById, requestedBy: { id: requestedById } },
  });
});
