import { expect, test } from '@jest/globals';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada, support, globex, gus } = await aStage({
  acme: { ada: 'TENANT_ADMIN', support: 'SUPPORT' },
  globex: { gus: 'TENANT_ADMIN' },
});

const ADD = `mutation ($input: AttributeAddInput!, $key: String) { attributeAdd(input: $input, idempotencyKey: $key) {
  attribute { id name scope valueType tenantId version } userErrors { code message path } } }`;
const REMOVE = `mutation ($id: ID!, $force: Boolean) { attributeRemove(id: $id, force: $force) {
  attributeId strippedFromCount brokenPolicies { name } userErrors { code message path } } }`;
const SET = `mutation ($id: ID!, $add: [String!], $remove: [String!]) { userAttributesSet(id: $id, add: $add, remove: $remove) {
  user { attributes version } userErrors { code message path } } }`;
const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  userErrors { code message path } } }`;
const NAMES =
  'query ($tenantId: ID, $filter: AttributeFilter) { attributes(tenantId: $tenantId, filter: $filter) { nodes { name scope } } }';

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

async function added(by: Person, input: object): Promise<string> {
  const { attributeAdd } = await by.ask(ADD, { input });
  return attributeAdd.attribute.id;
}

async function refusal(by: Person, document: string, variables: object): Promise<unknown> {
  const { data } = await by.run(document, { ...variables });
  const [payload] = Object.values(data as Record<string, { userErrors: unknown[] }>);
  return payload?.userErrors[0];
}

test('a viewer who may not write attributes adds none, and only users of the platform change the platform’s', async () => {
  const { errors } = await support.run(ADD, { input: { name: 'x' } });
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');

  const id = await added(installation.root, { name: unique('platform') });
  expect(await refusal(ada, REMOVE, { id })).toMatchObject({ code: 'FORBIDDEN_CHANGE', path: ['id'] });
  expect(await refusal(ada, ADD, { input: { name: 'x', tenantId: globex.id } })).toMatchObject({
    code: 'NOT_FOUND',
    path: ['input', 'tenantId'],
  });
});

test.each(['', 'two words', 'a=b', 'a/b', 'a'.repeat(101)])('the name %j is refused', async (name) => {
  expect(await refusal(ada, ADD, { input: { name } })).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'name'],
  });
});

test('a name is unique in its pool, and pools do not know each other', async () => {
  const name = unique('unique');
  await added(ada, { name });
  await added(gus, { name });
  await added(installation.root, { name });
  for (const by of [ada, gus, installation.root]) {
    expect(await refusal(by, ADD, { input: { name } })).toMatchObject({ code: 'ALREADY_EXISTS' });
  }
});

test('of two users who add one name to the platform’s pool at the same moment, one succeeds', async () => {
  const input = { name: unique('race') };
  const { root } = installation;
  const answers = await Promise.all([1, 2, 3, 4].map(() => root.run(ADD, { input })));
  const codes = answers.map(({ data }) => data.attributeAdd.userErrors[0]?.code ?? 'ADDED');
  expect(codes.toSorted()).toEqual(['ADDED', 'ALREADY_EXISTS', 'ALREADY_EXISTS', 'ALREADY_EXISTS']);
});

test('a tenant’s users see their own pool and the platform’s, and no other', async () => {
  const [mine, theirs, everybodys] = ['mine', 'theirs', 'everybodys'].map(unique);
  const id = await added(gus, { name: theirs });
  await added(ada, { name: mine });
  await added(installation.root, { name: everybodys });
  const seen = async (by: Person, variables: object = {}) =>
    (await by.ask(NAMES, { ...variables })).attributes.nodes.map((node: { name: string }) => node.name);

  expect(await seen(ada)).toEqual(expect.arrayContaining([mine, everybodys]));
  expect(await seen(ada)).not.toContain(theirs);
  expect(await seen(ada, { filter: { scope: { equals: 'TENANT' } } })).not.toContain(everybodys);
  expect(await seen(installation.root)).not.toEqual(expect.arrayContaining([mine]));
  const { data } = await ada.run('query ($id: ID!) { attribute(id: $id) { name } }', { id });
  expect(data).toEqual({ attribute: null });
});

const ENTRIES: [valueType: string, bad: string[], good: string][] = [
  ['BOOLEAN', ['=true', '='], ''],
  ['STRING', ['', '='], '=any text'],
  ['NUMBER', ['', '=', '=high', '=1e9', '=0x10', '=Infinity'], '=-3.5'],
  [
    'DATE_TIME',
    [
      '',
      '=tomorrow',
      '=2026-01-01',
      '=2026-01-01T00:00:00',
      '=2026-13-01T00:00:00Z',
      '=2026-02-31T00:00:00Z',
      '=2026-01-01T24:00:00Z',
    ],
    '=2026-01-01T00:00:00Z',
  ],
];

test.each(ENTRIES)(
  'a value of the type %s must be one, and nothing is changed otherwise',
  async (valueType, bad, good) => {
    const name = unique('typed');
    await added(ada, { name, valueType });
    const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
    for (const value of bad) {
      expect(await refusal(ada, SET, { id: userId, add: [`${name}${value}`] })).toEqual({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(new RegExp(`${name}.*${valueType}`)),
        path: ['add'],
      });
    }
    const { userAttributesSet } = await ada.ask(SET, { id: userId, add: [`${name}${good}`] });
    expect(userAttributesSet.user).toEqual({ attributes: [`${name}${good}`], version: 2 });
  },
);

test('an attribute of a pool has one value; a name in no pool may have any; another tenant’s pool says nothing', async () => {
  const name = unique('level');
  await added(gus, { name, valueType: 'NUMBER' });
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  await ada.ask(SET, { id: userId, add: [`${name}=anything`, `${name}=else`, 'free text'] });
  await ada.ask(SET, { id: userId, remove: [`${name}=anything`, `${name}=else`] });

  await added(ada, { name, valueType: 'NUMBER' });
  await ada.ask(SET, { id: userId, add: [`${name}=1`] });
  expect(await refusal(ada, SET, { id: userId, add: [`${name}=2`] })).toMatchObject({
    message: `The attribute ${name} has one value only: remove ${name}=1 first.`,
  });
  await ada.ask(SET, { id: userId, add: [`${name}=2`], remove: [`${name}=1`] });
});

test('the longest name leaves room for a value in an entry', async () => {
  const name = unique('long').padEnd(50, 'x');
  expect(await refusal(ada, ADD, { input: { name: `${name}x` } })).toMatchObject({
    code: 'INVALID_INPUT',
    message: '"name" is longer than 50 characters.',
  });
  await added(ada, { name, valueType: 'DATE_TIME' });
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  const entry = `${name}=2026-01-01T00:00:00.000+01:00`;
  const { userAttributesSet } = await ada.ask(SET, { id: userId, add: [entry] });
  expect(userAttributesSet.user.attributes).toEqual([entry]);
});

test('an attribute of the platform is taken from the users of every tenant, but not where a tenant has another one of its name', async () => {
  const name = unique('everywhere');
  const { root } = installation;
  const id = await added(root, { name });
  await added(gus, { name });
  const place = { organizationId: acme.organizationId };
  const people = [
    await installation.aUser('CSR', { tenantId: acme.id }),
    await installation.aUser('CSR', { tenantId: globex.id }),
    await installation.aUser('ORGANIZATION_ADMIN', place),
    await installation.aUser('PLATFORM_SUPPORT', {}),
  ];
  for (const { userId } of people) await root.ask(SET, { id: userId, add: [name] });
  const [afterOfAcme, after] = [await ada.now(acme.id), await gus.now(globex.id)];
  const [ofAcme, ofGlobex] = [ada, gus].map((admin) =>
    admin.follow(
      'subscription ($after: Cursor) { userUpdated(after: $after) { changedFields user { id } } }',
      { after: admin === gus ? after : afterOfAcme },
    ),
  );

  expect(await refusal(root, REMOVE, { id })).toMatchObject({ code: 'IN_USE' });
  for (const [admin, policy] of [
    [ada, 'Breaks'],
    [gus, 'Asks for its own'],
  ] as const) {
    const condition = `"${name}" in user.attributes`;
    await admin.ask(CREATE, { input: { name: policy, filePattern: '**', condition, effect: 'ALLOW' } });
  }
  const { attributeRemove } = await root.ask(REMOVE, { id, force: true });

  expect(attributeRemove).toMatchObject({ strippedFromCount: 3, brokenPolicies: [{ name: 'Breaks' }] });
  const held = [];
  for (const { userId } of people) {
    held.push(
      (await root.ask('query ($id: ID!) { user(id: $id) { attributes } }', { id: userId })).user.attributes,
    );
  }
  expect(held).toEqual([[], [name], [], []]);
  expect(await ofAcme?.event()).toEqual({ changedFields: ['attributes'], user: { id: people[0]?.userId } });
  // The tenant whose users keep theirs receives nothing: its next event is a change of its own.
  await gus.ask(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { name: "Next" }) { userErrors { message } } }',
    {
      id: people[1]?.userId,
    },
  );
  expect(await ofGlobex?.event()).toEqual({ changedFields: ['name'], user: { id: people[1]?.userId } });
});
