import { expect, test } from '@jest/globals';
import { aPayment, someHomes } from '../support/homes.ts';
import { mutate } from '../support/mutate.ts';
import type { Answer, Person, Variables } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, admin, support } = await aStage({
  acme: { admin: 'TENANT_ADMIN', support: 'SUPPORT' },
});
const alder = await someHomes(installation, acme, 'Alder');

const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

interface Listed {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The ids of a list, read in pages of two from the start. */
async function pagesOf(who: Person, list: string, type: string, variables: Variables): Promise<string[]> {
  const query = `query ($filter: ${type}Filter, $orderBy: [${type}Order!], $after: String) {
    list: ${list}(filter: $filter, orderBy: $orderBy, first: 2, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo }: Listed = (await who.ask(query, { ...variables, after })).list;
    ids.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

const ORDER = 'query ($orderBy: [PaymentOrder!]) { payments(orderBy: $orderBy) { nodes { id } } }';
const FILTER = 'query ($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }';

test('X: a filter or an order by the amount of a payment, or a filter by the reporter of a request, is refused to viewers that may not read it', async () => {
  const byAmount = [{ amountMinor: { gt: 1 } }, { currency: { equals: 'EUR' } }];
  for (const filter of byAmount) expect(codes(await support.run(FILTER, { filter }))).toEqual(['FORBIDDEN']);
  const orderBy = [{ field: 'STATUS' }, { field: 'AMOUNT_MINOR' }];
  expect(codes(await support.run(ORDER, { orderBy }))).toEqual(['FORBIDDEN']);
  const byReporter = `query ($id: ID!) {
    maintenanceRequests(filter: { reporterId: { equals: $id } }) { totalCount } }`;
  const { resident } = alder.units[0];
  expect(codes(await resident.run(byReporter, { id: resident.userId }))).toEqual(['FORBIDDEN']);
  expect(await support.ask(byReporter, { id: resident.userId })).toEqual({
    maintenanceRequests: { totalCount: 0 },
  });
});

test('payments are filtered by amount and currency, and sorted by these, by due date or by receipt, also those without one', async () => {
  const unitId = alder.units[0].id;
  const pay = (amountMinor: number, currency: string, dates: object) =>
    aPayment(admin, { unitId, amount: { amountMinor, currency }, ...dates });
  const pending = { status: 'PENDING' };
  const may = await pay(100, 'EUR', { ...pending, dueAt: '2026-05-01T00:00:00Z' });
  const none = await pay(200, 'EUR', { receivedAt: '2026-03-02T00:00:00Z' });
  const april = await pay(300, 'USD', { dueAt: '2026-04-01T00:00:00Z', receivedAt: '2026-03-01T00:00:00Z' });
  const either = await pay(400, 'USD', pending);

  const sorted = (field: string, direction: string) =>
    pagesOf(admin, 'payments', 'Payment', { orderBy: { field, direction } });
  expect(await sorted('DUE_AT', 'ASC')).toEqual([april, may, none, either]);
  expect(await sorted('DUE_AT', 'DESC')).toEqual([either, none, may, april]);
  expect(await sorted('RECEIVED_AT', 'ASC')).toEqual([april, none, may, either]);
  expect(await sorted('RECEIVED_AT', 'DESC')).toEqual([either, may, none, april]);

  const byAmount = [{ field: 'CURRENCY' }, { field: 'AMOUNT_MINOR', direction: 'DESC' }];
  expect(await pagesOf(admin, 'payments', 'Payment', { orderBy: byAmount })).toEqual([
    none,
    may,
    either,
    april,
  ]);

  const filtered = (filter: object) =>
    pagesOf(alder.owner, 'payments', 'Payment', { filter, orderBy: { field: 'CREATED_AT' } });
  expect(await filtered({ amountMinor: { gte: 200, lt: 400 } })).toEqual([none, april]);
  expect(await filtered({ amountMinor: { in: [100, 400] }, currency: { equals: 'EUR' } })).toEqual([may]);
});

test('requests are sorted from LOW to URGENT and from OPEN to CLOSED, and filtered by their reporter', async () => {
  const report = async (by: Person, priority: string) => {
    const input = { unitId: alder.units[0].id, title: 'Drip', priority };
    return (await mutate(by, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
      .maintenanceRequestId as string;
  };
  const urgent = await report(admin, 'URGENT');
  const low = await report(support, 'LOW');
  const high = await report(admin, 'HIGH');
  await mutate(admin, 'maintenanceRequestAssign', { id: low, assigneeId: admin.userId });
  await mutate(admin, 'maintenanceRequestAssign', { id: high, assigneeId: admin.userId });
  await mutate(admin, 'maintenanceRequestStatusSet', { id: high, status: 'IN_PROGRESS' });

  const read = (variables: Variables) =>
    pagesOf(admin, 'maintenanceRequests', 'MaintenanceRequest', variables);
  expect(await read({ orderBy: { field: 'PRIORITY' } })).toEqual([low, high, urgent]);
  expect(await read({ orderBy: { field: 'PRIORITY', direction: 'DESC' } })).toEqual([urgent, high, low]);
  expect(await read({ orderBy: { field: 'STATUS' } })).toEqual([urgent, low, high]);
  expect(await read({ filter: { reporterId: { equals: support.userId } } })).toEqual([low]);
});

test.each([
  [['STATUS', 'METHOD', 'CURRENCY', 'DUE_AT', 'CREATED_AT'], 'at most 4 fields.'],
  [['STATUS', 'DUE_AT', 'STATUS'], 'each field at most once.'],
])('an order by %j is refused', async (fields, reason) => {
  const orderBy = fields.map((field) => ({ field }));
  expect((await admin.run(ORDER, { orderBy })).errors).toMatchObject([
    { message: `Argument "orderBy": ${reason}`, extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('customers are sorted by status, from TRIAL to CANCELLED', async () => {
  const statuses = ['CANCELLED', 'ACTIVE', 'SUSPENDED', 'PAST_DUE'];
  const ids: Record<string, string> = { TRIAL: alder.customerId };
  for (const status of statuses) {
    const id = await installation.aCustomer(acme.id, status);
    await mutate(admin, 'customerUpdate', { id, input: { status } });
    ids[status] = id;
  }
  const order = ['TRIAL', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'CANCELLED'].map((status) => ids[status]);
  expect(await pagesOf(admin, 'customers', 'Customer', { orderBy: { field: 'STATUS' } })).toEqual(order);
});
