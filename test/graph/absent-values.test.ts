import { describe, expect, test } from '@jest/globals';
import type { Variables } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const LIST = 'query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount nodes { id } } }';
const UPDATED = `subscription ($filter: CustomerFilter, $after: Cursor) {
  customerUpdated(filter: $filter, after: $after) { customer { id } } }`;
const CHANGE = `mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) {
  userErrors { message } } }`;

const [without, having, other] = [
  await installation.aCustomer(acme.id),
  await installation.aCustomer(acme.id),
  await installation.aCustomer(acme.id),
];
await ada.ask(CHANGE, { id: without, input: { company: 'Without' } });
await ada.ask(CHANGE, { id: having, input: { company: 'Having', phone: '123' } });
await ada.ask(CHANGE, { id: other, input: { company: 'Other', phone: '456' } });
const after = await ada.now(acme.id);
for (const id of [without, having, other]) await ada.ask(CHANGE, { id, input: { contactName: 'Eve' } });

const EQUAL = { phone: { equals: '123' } };
const MEANT: [filter: Variables, ids: string[]][] = [
  [{ not: EQUAL }, [without, other]],
  [{ not: { phone: { in: ['123', '456'] } } }, [without]],
  [{ not: { phone: { contains: '12' } } }, [without, other]],
  [{ not: { not: EQUAL } }, [having]],
  [{ phone: { notEquals: '123' } }, [without, other]],
  [{ phone: { notEquals: '123', isNull: false } }, [other]],
  [{ phone: { notEquals: '123', notIn: ['456'] } }, [without]],
  [{ phone: { notIn: ['123', '456'] } }, [without]],
  [{ not: { phone: { notEquals: '123' } } }, [having]],
  [{ phone: { notIn: [] } }, [without, having, other]],
  [{ not: { phone: { notIn: [] } } }, []],
  [{ planId: { notEquals: 'no id' } }, [without, having, other]],
  [{ company: { startsWith: 'HÁV' } }, [having]],
  [{ company: { startsWith: 'aving' } }, []],
  [{ company: { startsWith: '' } }, [without, having, other]],
  [{ not: { phone: { startsWith: '12' } } }, [without, other]],
  [{ not: { or: [EQUAL, { company: { equals: 'Other' } }] } }, [without]],
  [{ not: { and: [EQUAL, { company: { equals: 'Having' } }] } }, [without, other]],
  [{ not: { phone: { isNull: true } } }, [having, other]],
  [{ not: { phone: { isNull: false } } }, [without]],
  [{ not: { planId: { equals: crypto.randomUUID() } } }, [without, having, other]],
  [{}, [without, having, other]],
  [{ phone: {} }, [without, having, other]],
  [{ not: {} }, [without, having, other]],
  [{ not: { phone: {} } }, [without, having, other]],
  [{ not: { company: { contains: '' } } }, [without, having, other]],
  [{ or: [{ company: { contains: '' } }, { phone: { contains: '' } }] }, [without, having, other]],
  [{ or: [] }, []],
];

describe('S: `not` and what tests nothing mean what people mean, in the list, its count and the stream', () => {
  test.each(MEANT)('%j', async (filter, ids) => {
    const { customers } = await ada.ask(LIST, { filter });
    expect(customers.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(ids.toSorted());
    expect(customers.totalCount).toBe(ids.length);
    // The first is updated first, so the stream has them in this order.
    const inOrder = [without, having, other].filter((id) => ids.includes(id));
    const stream = ada.follow(UPDATED, { filter, after });
    const events = await stream.take(ids.length);
    await stream.close();
    expect(events).toEqual(inOrder.map((id) => ({ customer: { id } })));
  });
});

test('`{}` tests nothing in a filter of every kind of column', async () => {
  const users = 'query ($filter: UserFilter) { users(filter: $filter) { totalCount } }';
  const all = (await ada.ask(users)).users.totalCount;
  for (const column of ['id', 'name', 'isActive', 'role', 'attributes', 'createdAt', 'customerId']) {
    expect([column, (await ada.ask(users, { filter: { [column]: {} } })).users.totalCount]).toEqual([
      column,
      all,
    ]);
  }
});

test.each([
  [{ or: [{}, EQUAL] }, 'filter.or.0'],
  [{ or: [EQUAL, { company: {} }] }, 'filter.or.1'],
  [{ or: [{ company: { contains: '' } }, EQUAL] }, 'filter.or.0'],
  [{ or: [{}] }, 'filter.or.0'],
  [{ not: { or: [EQUAL, { not: {} }] } }, 'filter.or.1'],
  [{ or: [{ id: { notIn: [] } }, EQUAL] }, 'filter.or.0'],
  [{ or: [EQUAL, { not: { id: { in: [] } } }] }, 'filter.or.1'],
])('a part of an `or` that excludes no row is refused: %j', async (filter, argument) => {
  const refusal = [
    {
      message: `Argument "${argument}": tests nothing, so that everything would match: leave it out or complete it.`,
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ];
  expect((await ada.run(LIST, { filter })).errors).toMatchObject(refusal);
});

test('the audit log has entries without an actor among those that are not of one', async () => {
  const audit = 'query ($filter: AuditFilter) { auditLog(filter: $filter) { totalCount } }';
  const all = (await ada.ask(audit)).auditLog.totalCount;
  const filter = { not: { actorId: { equals: crypto.randomUUID() } } };
  expect((await ada.ask(audit, { filter })).auditLog.totalCount).toBe(all);
});

test('a bulk job takes the rows without a value among those that are not of one', async () => {
  const carl = await installation.aUser('CSR', { tenantId: acme.id });
  const { usersDelete } = await ada.ask(
    `mutation { usersDelete(filter: { role: { equals: CSR }, not: { department: { equals: "Sales" } } }) {
      bulkJob { items { nodes { targetId } } } userErrors { message } } }`,
  );
  expect(usersDelete.bulkJob.items.nodes).toEqual([{ targetId: carl.userId }]);
});
