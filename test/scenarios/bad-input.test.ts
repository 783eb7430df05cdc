import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, globex, carl } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { carl: 'TENANT_ADMIN' },
});
const { planCreate } = await carl.ask(
  'mutation { planCreate(input: { name: "Plan", monthlyPrice: { amountMinor: 1, currency: "EUR" } }) { plan { id } userErrors { message } } }',
);
const planId = planCreate.plan.id;

const CREATE = `mutation ($input: CustomerCreateInput!, $key: String) { customerCreate(input: $input, idempotencyKey: $key) {
  customer { id version company } customerId cursor userErrors { code message path } } }`;
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!, $expectedVersion: Int) {
  customerUpdate(id: $id, input: $input, expectedVersion: $expectedVersion) {
    customer { id version company } cursor userErrors { code message path } } }`;
const DELETE = `mutation ($id: ID!) { customerDelete(id: $id) {
  customer { id } customerId cursor userErrors { code message path } } }`;
const LIST = `query ($tenantId: ID, $first: Int, $last: Int, $after: String, $orderBy: [CustomerOrder!], $filter: CustomerFilter) {
  customers(tenantId: $tenantId, first: $first, last: $last, after: $after, orderBy: $orderBy, filter: $filter) {
    totalCount pageInfo { endCursor } nodes { id company } } }`;

const input = { company: 'Alder Homes', contactName: 'Ada Alder', email: 'ada@alder.test' };
const codeOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

describe('an input with faults', () => {
  test('is refused with all of them together, each with its code and its path in the arguments', async () => {
    const faulty = {
      company: ' ',
      contactName: 'x'.repeat(201),
      email: 'nobody',
      phone: '1'.repeat(51),
      internalNotes: '\u0007',
    };
    const { data } = await ada.run(CREATE, { input: faulty });
    const fault = (path: string) => ({
      code: 'INVALID_INPUT',
      message: expect.any(String),
      path: ['input', path],
    });
    expect(data.customerCreate).toEqual({
      customer: null,
      customerId: null,
      cursor: null,
      userErrors: ['company', 'contactName', 'email', 'phone', 'internalNotes'].map(fault),
    });
    expect(await ada.run(LIST)).toMatchObject({ data: { customers: { totalCount: 0 } } });
  });

  test('is refused with the first hundred, if there are more', async () => {
    const person = { name: 'Eve', email: 'eve@acme.test', role: 'CSR' };
    const create =
      'mutation ($input: UserCreateInput!) { userCreate(input: $input) { userErrors { code message path } } }';
    const errorsFor = async (permissions: string[]) =>
      (await ada.run(create, { input: { ...person, permissions } })).data.userCreate.userErrors;
    const code = 'INVALID_INPUT';
    expect(await errorsFor(Array.from({ length: 200 }, (_, index) => `a${index}`))).toEqual(
      Array.from({ length: 100 }, (_, index) => ({
        code,
        message: 'There is no such permission.',
        path: ['input', 'permissions', String(index)],
      })),
    );
    expect(await errorsFor(Array.from({ length: 50_000 }, (_, index) => `a${index}`))).toEqual([
      { code, message: '"permissions" has more than 200 values.', path: ['input', 'permissions'] },
    ]);
  });

  test('that does not fit the schema is refused before anything runs', async () => {
    for (const smuggled of [
      { id: ada.userId },
      { version: 7 },
      { role: 'PLATFORM_ADMIN' },
      { memberCount: 9 },
    ]) {
      expect(codeOf(await ada.run(CREATE, { input: { ...input, ...smuggled } }))).toEqual(['BAD_USER_INPUT']);
    }
  });

  test.each([
    ['DateTime', { createdAt: { gt: 'yesterday' } }],
    ['DateTime', { createdAt: { gt: '2026-05-02T16:20:55' } }],
    ['DateTime', { createdAt: { gt: { year: 2026 } } }],
    ['CustomerStatus', { status: { equals: 'NICE' } }],
    ['String', { company: { contains: 7 } }],
  ])('an invalid %s is the fault of the client, not of the server', async (_type, filter) => {
    expect(codeOf(await ada.run(LIST, { filter }))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('an id', () => {
  /** The answer without the id of the request, which differs every time. */
  const bytes = (answer: Answer) => JSON.stringify(answer).replace(/"requestId":"[^"]+"/g, '"requestId":"-"');

  const questions: Record<string, (id: string) => Promise<Answer>> = {
    'a query': (id) =>
      ada.run(
        'query ($id: ID!) { customer(id: $id) { id } user(id: $id) { id } plan(id: $id) { id } tenant(id: $id) { id } }',
        { id },
      ),
    'an update': (id) => ada.run(UPDATE, { id, input: { company: 'Mine' } }),
    'an update with a version': (id) =>
      ada.run(UPDATE, { id, input: { company: 'Mine' }, expectedVersion: 7 }),
    'a deletion': (id) => ada.run(DELETE, { id }),
    'a reference': (id) => ada.run(CREATE, { input: { ...input, planId: id } }),
    'a filter': (id) => ada.run(LIST, { filter: { id: { in: [id] } } }),
    'a tenant to create in': (id) => ada.run(CREATE, { input: { ...input, tenantId: id } }),
    'a tenant to list': (id) => ada.run(LIST, { tenantId: id }),
    'a user to change': (id) =>
      ada.run('mutation ($id: ID!) { userDelete(id: $id) { userErrors { code message path } } }', { id }),
  };

  test.each(Object.keys(questions))(
    'X: gets the same answer in %s whether it is of another tenant, of no row or malformed',
    async (what) => {
      const foreign = [await installation.aCustomer(globex.id), planId, globex.id, carl.userId];
      const unknown = [crypto.randomUUID(), '00000000-0000-0000-0000-000000000000'];
      const malformed = [
        '',
        'x',
        `${acme.id} `,
        `{${acme.id}}`,
        "' OR 1=1 --",
        '\u0000',
        'x'.repeat(10_000),
        '-1',
      ];

      const answers: string[] = [];
      for (const id of [...foreign, ...unknown, ...malformed])
        answers.push(bytes((await questions[what]?.(id)) as Answer));

      expect(new Set(answers)).toEqual(new Set([answers[0]]));
      expect(answers[0]).toMatch(/NOT_FOUND|null|\[\]/);
    },
  );
});

describe('a version', () => {
  test('A: that is stale is a conflict, and the answer contains the current entity', async () => {
    const id = await installation.aCustomer(acme.id);
    await ada.ask(UPDATE, { id, input: { company: 'Birch' }, expectedVersion: 1 });

    const { data } = await ada.run(UPDATE, { id, input: { company: 'Cedar' }, expectedVersion: 1 });

    expect(data.customerUpdate).toEqual({
      customer: { id, version: 2, company: 'Birch' },
      cursor: null,
      userErrors: [{ code: 'VERSION_CONFLICT', message: expect.any(String), path: ['expectedVersion'] }],
    });
  });

  test('A: that several writers expect at the same time lets exactly one of them write', async () => {
    const id = await installation.aCustomer(acme.id);
    const names = ['Dogwood', 'Elm', 'Fir', 'Ginkgo', 'Hazel'];

    const answers = await Promise.all(
      names.map((company) => ada.run(UPDATE, { id, input: { company }, expectedVersion: 1 })),
    );

    const payloads = answers.map(({ data }) => data.customerUpdate);
    const winner = payloads.find(({ userErrors }) => userErrors.length === 0);
    const others = payloads.filter((payload) => payload !== winner);
    expect(others.map(({ userErrors }) => userErrors[0]?.code)).toEqual(Array(4).fill('VERSION_CONFLICT'));
    expect(others.map(({ customer }) => customer)).toEqual(Array(4).fill(winner.customer));
  });
});

describe('an idempotency key', () => {
  const sameCompany = (company: string) => ada.ask(LIST, { filter: { company: { equals: company } } });

  test('A: of a repeated request returns the first answer with its cursor, also after a later change', async () => {
    const variables = { input: { ...input, company: 'Once' }, key: crypto.randomUUID() };
    const first = await ada.run(CREATE, variables);
    await ada.ask(UPDATE, { id: first.data.customerCreate.customerId, input: { company: 'Renamed' } });

    expect(await ada.run(CREATE, variables)).toEqual(first);
    expect((await sameCompany('Once')).customers.totalCount).toBe(0);
    expect((await sameCompany('Renamed')).customers.totalCount).toBe(1);
  });

  test('A: of another request is refused, and nothing is written', async () => {
    const key = crypto.randomUUID();
    await ada.ask(CREATE, { input: { ...input, company: 'First' }, key });
    const { data } = await ada.run(CREATE, { input: { ...input, company: 'Second' }, key });
    expect(data.customerCreate).toMatchObject({
      customer: null,
      userErrors: [{ code: 'ALREADY_EXISTS', path: ['idempotencyKey'] }],
    });
    expect((await sameCompany('Second')).customers.totalCount).toBe(0);
  });

  test.each(['', 'x'.repeat(201)])('that is empty or too long is refused, not ignored', async (key) => {
    const { data } = await ada.run(CREATE, { input, key });
    expect(data.customerCreate.userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['idempotencyKey'] },
    ]);
  });

  test('A: of concurrent requests creates one row, and all get the same answer', async () => {
    const variables = { input: { ...input, company: 'Twins' }, key: crypto.randomUUID() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => ada.run(CREATE, variables)));
    expect(answers).toEqual(Array(5).fill(answers[0]));
    expect(answers[0]?.data.customerCreate.userErrors).toEqual([]);
    expect((await sameCompany('Twins')).customers.totalCount).toBe(1);
  });

  test('X: of another user reveals nothing', async () => {
    const key = crypto.randomUUID();
    await ada.ask(CREATE, { input, key });
    const bob = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const { customerCreate } = await bob.ask(CREATE, { input: { ...input, company: 'Bob’s own' }, key });
    expect(customerCreate.customer.company).toBe('Bob’s own');
  });
});

describe('a page', () => {
  test.each([{ first: -1 }, { first: 101 }, { last: -1 }, { last: 101 }, { first: 1, last: 1 }])(
    'of %j is refused, and the message names the rule',
    async (size) => {
      const answer = await ada.run(LIST, size);
      expect(answer).toMatchObject({
        data: { customers: null },
        errors: [
          {
            message: expect.stringMatching(/^Argument "(first|last)": /),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    },
  );

  test('after a cursor of another order, of a feed, or of no list is refused', async () => {
    await installation.aCustomer(acme.id);
    const byContact = await ada.ask(LIST, { orderBy: { field: 'CONTACT_NAME' } });
    const cursors = [
      byContact.customers.pageInfo.endCursor,
      await ada.now(acme.id),
      'x',
      'e30',
      '%00',
      'W10',
    ];
    for (const after of cursors) expect(codeOf(await ada.run(LIST, { after }))).toEqual(['BAD_USER_INPUT']);
  });
});

test('X: a filter on a field that the viewer may not read is refused, however it is wrapped', async () => {
  const reader = await installation.aUser('CSR', { tenantId: acme.id });
  const plan = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const allowed = await reader.run(LIST, { filter: { email: { contains: '@' } } });
  const USERS = 'query ($filter: UserFilter) { users(filter: $filter) { totalCount } }';
  const test = { email: { contains: '@' } };
  const filters = [test, { not: test }, { or: [{ name: { equals: 'x' } }, test] }, { and: [{ not: test }] }];
  const answers = await Promise.all(filters.map((filter) => reader.run(USERS, { filter })));
  expect(codeOf(allowed)).toBeUndefined();
  expect(answers.map(codeOf)).toEqual(filters.map(() => ['FORBIDDEN']));
  expect(codeOf(await plan.run(USERS, { filter: test }))).toBeUndefined();
});
