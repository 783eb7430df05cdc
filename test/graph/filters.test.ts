import { describe, expect, test } from '@jest/globals';
import { cursorAt } from '../support/schema-values.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const LIST = 'query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { id } } }';
const UPDATED = `subscription ($filter: CustomerFilter, $after: Cursor) {
  customerUpdated(filter: $filter, after: $after) { customer { id } } }`;
const TOUCH = `mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) {
  userErrors { message } } }`;

const refused = (argument: string) => ({
  message: `Argument "${argument}": must not be null. Leave it out to test nothing; to test for null, use \`isNull\`.`,
  extensions: { code: 'BAD_USER_INPUT' },
});

describe('null in a filter is refused, because it could mean no test or a test for null', () => {
  test.each([
    [{ planId: { equals: null } }, 'filter.planId.equals'],
    [{ company: { contains: null, equals: 'x' } }, 'filter.company.contains'],
    [{ phone: { isNull: null } }, 'filter.phone.isNull'],
    [{ createdAt: { gt: null } }, 'filter.createdAt.gt'],
    [{ planId: null }, 'filter.planId'],
    [{ and: [{ or: null }] }, 'filter.or'],
  ])('%j', async (filter, argument) => {
    expect((await ada.run(LIST, { filter })).errors).toMatchObject([refused(argument)]);
    const stream = ada.follow(UPDATED, { filter });
    expect(await stream.next()).toMatchObject({ errors: [refused(argument)] });
  });

  test('and an absent value tests nothing: a variable, and the filter as a whole', async () => {
    const id = await installation.aCustomer(acme.id);
    const bySearch =
      'query ($q: String) { customers(filter: { company: { contains: $q } }) { nodes { id } } }';
    expect((await ada.ask(bySearch)).customers.nodes).toContainEqual({ id });
    expect((await ada.ask(bySearch, { q: '' })).customers.nodes).toContainEqual({ id });
    expect((await ada.ask(LIST, { filter: null })).customers.nodes).toContainEqual({ id });
  });
});

test('S: `isNull` means the same in lists and streams, also under `not` and together with other tests', async () => {
  const [without, having] = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
  await ada.ask(
    'mutation ($id: ID!) { customerUpdate(id: $id, input: { phone: "123" }) { userErrors { message } } }',
    { id: having },
  );
  const both = { id: { in: [without, having] } };
  const asked: [object, string[]][] = [
    [{ phone: { isNull: true } }, [without]],
    [{ phone: { isNull: false } }, [having]],
    [{ not: { phone: { isNull: true } } }, [having]],
    [{ phone: { isNull: false, contains: '2' } }, [having]],
    [{ phone: { isNull: true, equals: '123' } }, []],
    [{ or: [{ phone: { isNull: true } }, { phone: { equals: '123' } }] }, [without, having]],
    [{ planId: { isNull: true } }, [without, having]],
  ];
  const after = await ada.now(acme.id);
  for (const [index, id] of [without, having].entries())
    await ada.ask(TOUCH, { id, company: `Touched ${index}` });
  for (const [test, expected] of asked) {
    const filter = { and: [both, test] };
    const { customers } = await ada.ask(LIST, { filter });
    expect(customers.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(expected.toSorted());
    const events = await ada.follow(UPDATED, { filter, after }).take(expected.length);
    expect(events).toEqual(expected.map((id) => ({ customer: { id } })));
  }
});

test('S: a time equals another one to the millisecond, however it is written, in lists and streams', async () => {
  const [id, other] = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
  const { customer } = await ada.ask('query ($id: ID!) { customer(id: $id) { createdAt } }', { id });
  const east = new Date(Date.parse(customer.createdAt) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
  const after = await ada.now(acme.id);
  for (const one of [other, id]) await ada.ask(TOUCH, { id: one, company: 'Touched' });
  const both = { id: { in: [id, other] } };
  for (const time of [customer.createdAt, customer.createdAt.replace('Z', '999Z'), east]) {
    for (const [test, found] of [
      [{ equals: time }, id],
      [{ in: [time] }, id],
      [{ notEquals: time }, other],
      [{ notIn: [time] }, other],
    ] as const) {
      const filter = { and: [both, { createdAt: test }] };
      expect([filter, (await ada.ask(LIST, { filter })).customers.nodes]).toEqual([filter, [{ id: found }]]);
      const stream = ada.follow(UPDATED, { filter, after });
      expect([filter, await stream.take(1)]).toEqual([filter, [{ customer: { id: found } }]]);
      await stream.close();
    }
  }
});

test('S: a part of an address whose domain begins with digits finds it while it is typed, in lists and streams', async () => {
  const id = await installation.aCustomer(acme.id);
  await ada.ask(
    'mutation ($id: ID!, $email: String) { customerUpdate(id: $id, input: { email: $email }) { userErrors { message } } }',
    { id, email: 'x@163.com' },
  );
  const after = await ada.now(acme.id);
  await ada.ask(TOUCH, { id, company: 'Touched' });
  for (const part of ['x@1', 'x@163', 'x@163.com']) {
    for (const operator of ['startsWith', 'contains']) {
      const filter = { id: { equals: id }, email: { [operator]: part } };
      expect([filter, (await ada.ask(LIST, { filter })).customers.nodes]).toEqual([filter, [{ id }]]);
      const stream = ada.follow(UPDATED, { filter, after });
      expect([filter, await stream.take(1)]).toEqual([filter, [{ customer: { id } }]]);
      await stream.close();
    }
  }
});

describe('a time that PostgreSQL cannot store', () => {
  const BEYOND = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'];
  const EDGES = ['0001-01-01T00:00:00Z', '0001-01-01T14:00:00+14:00', '9999-12-31T23:59:59.999Z'];

  test.each(BEYOND)('%s is refused, as a variable and in the document', async (gt) => {
    const asVariable = await ada.run(LIST, { filter: { createdAt: { gt } } });
    expect(asVariable.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(asVariable.errors?.[0]?.message).toContain('in the years 1 to 9999 of UTC.');
    const literal = await ada.run(`{ customers(filter: { createdAt: { gt: "${gt}" } }) { nodes { id } } }`);
    expect(literal.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  test.each(BEYOND)('%s in a cursor of the list is refused', async (time) => {
    const after = cursorAt('Customer.createdAt asc', time, crypto.randomUUID());
    const { errors } = await ada.run(
      'query ($after: String) { customers(after: $after, orderBy: { field: CREATED_AT }) { nodes { id } } }',
      { after },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each(EDGES)('%s is stored and compared', async (time) => {
    const { errors } = await ada.run(LIST, { filter: { createdAt: { gt: time } } });
    expect(errors).toBeUndefined();
  });
});
