import { describe, expect, test } from '@jest/globals';
import { extendSchema, graphql, isInputObjectType, parse } from 'graphql';
import type { Permission } from '../../src/core/rights/permissions.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { schema as real } from '../../src/schema.ts';
import { type Asking, RepeatedField } from '../support/asked-together.ts';
import type { Answer } from '../support/person.ts';
import { boldest, isClosedTo, unlessClosed } from '../support/refused-roots.ts';
import { rowTypes } from '../support/samples.ts';
import type { Ids } from '../support/schema-values.ts';
import { type RootField, rootFields } from '../support/schema-walk.ts';
import { attemptsOn, differencesOf, idsOfNobody, leaksIn, variablesOf } from '../support/wall-checker.ts';

/** A row of the other tenant, with no wall in front of it. */
const ROW = { canary: 'canary-of-acme-teeth', id: '01a1f853-0000-7000-8000-0000000000aa' };
const acme: Ids = { ...idsOfNobody(), Customer: ROW.id };
const own = idsOfNobody();
const foreign = { canary: ROW.canary, rowIds: [ROW.id], ids: acme };

const leaky = extendSchema(
  real,
  parse(`
    type Leak { text: String inner: Leak }
    input LeakInput { planId: ID customerId: ID deep: LeakInput }
    scalar Mystery
    extend type Query {
      leakById(customerId: ID!): Leak
      leakDeepInside(input: LeakInput): Leak
      leakByList: [String!]!
      leakOfId(name: String): ID
      customerExists(customerId: ID!): Boolean!
      customerError(customerId: ID!): Boolean
      sound(customerId: ID!, input: LeakInput): Leak
      unfillable(of: Mystery!): Boolean
      unknownIds(otherThingId: ID!): Boolean
      leakByText(filter: LeakFilter): String
      leakByTime(filter: LeakFilter): String
      leakByEnum(filter: LeakFilter): String
      leakByIdInFilter(filter: LeakFilter): String
    }
    input LeakFilter {
      customerId: IdFilter
      name: StringFilter
      createdAt: DateTimeFilter
      status: CustomerStatusFilter
      or: [LeakFilter!]
    }
    input LeakUpdateInput { name: String count: Int isActive: Boolean }
    extend type Mutation {
      leakWithText(customerId: ID!, input: LeakUpdateInput!): Leak
      leakOfNothing(customerId: ID!, input: LeakUpdateInput!): Leak
    }
  `),
  { assumeValidSDL: true },
);

// SDL has no extensions, so the types of ids are added afterwards, as the builder adds them to the real schema.
const IDS: Readonly<Record<string, string>> = { customerId: 'Customer', planId: 'Plan' };
const inputs = [
  ...rootFields(leaky).flatMap(({ field }) => field.args),
  ...['LeakInput', 'LeakFilter'].flatMap((name) => {
    const type = leaky.getType(name);
    return isInputObjectType(type) ? Object.values(type.getFields()) : [];
  }),
];
for (const { name, extensions } of inputs) if (IDS[name]) Object.assign(extensions, { idOf: IDS[name] });

interface Input {
  readonly customerId?: string;
  readonly deep?: Input;
}

interface Filter {
  readonly customerId?: object;
  readonly name?: object;
  readonly createdAt?: object;
  readonly status?: object;
  readonly or?: readonly Filter[];
}

/** Answers with the row if a filter contains a certain test of a column, at any depth. */
function leakIf(column: keyof Filter, says: RegExp) {
  const isHit = (filter: Filter | undefined): boolean =>
    says.test(JSON.stringify(filter?.[column] ?? '')) || (filter?.or ?? []).some(isHit);
  return ({ filter }: { filter?: Filter }) => (isHit(filter) ? ROW.canary : null);
}

function hits(input: Input | undefined): boolean {
  return input !== undefined && (input.customerId === ROW.id || hits(input.deep));
}

const RESOLVERS: Record<string, (args: never) => unknown> = {
  leakById: ({ customerId }: Input) => (customerId === ROW.id ? { text: ROW.canary } : null),
  leakDeepInside: ({ input }: { input: Input }) => ({
    inner: { inner: { text: hits(input) ? `(${ROW.canary})` : '' } },
  }),
  leakByList: () => ['mine', `${ROW.canary} again`],
  leakOfId: () => ROW.id,
  customerExists: ({ customerId }: Input) => customerId === ROW.id,
  customerError: ({ customerId }: Input) => {
    throw new Error(customerId === ROW.id ? 'You may not see this.' : 'There is no such customer.');
  },
  leakByText: leakIf('name', /"contains":"canary-of-"/),
  leakByTime: leakIf('createdAt', /2020|2100/),
  leakByEnum: leakIf('status', /[A-Z]/),
  leakByIdInFilter: leakIf('customerId', new RegExp(ROW.id)),
  leakWithText: ({ customerId, input }: { customerId: string; input: { name?: string } }) =>
    customerId === ROW.id && input.name ? { text: ROW.canary } : null,
  leakOfNothing: ({ customerId, input }: { customerId: string; input: object }) =>
    customerId === ROW.id && Object.keys(input).length === 0 ? { text: ROW.canary } : null,
  sound: () => ({ text: 'mine', inner: { text: 'mine' } }),
};

const FAULT = { code: '', rule: '', params: {}, requestId: '' };

/** Answers the walk, and keeps each document. */
const documents: string[] = [];
const server = {
  async run(source: string, variableValues: Record<string, unknown> = {}): Promise<Answer> {
    documents.push(source);
    const { data, errors } = await graphql({ schema: leaky, source, variableValues, rootValue: RESOLVERS });
    const presented = errors?.map((error) => ({ ...error.toJSON(), extensions: FAULT }));
    return JSON.parse(JSON.stringify({ data, errors: presented }));
  },
};

/** Walks one field of the leaky schema as the suites walk the real one. */
async function walk(name: string): Promise<string[]> {
  const root = rootFields(leaky).find(({ field }) => field.name === name);
  if (!root) throw new Error(`There is no ${name}.`);
  const field = new RepeatedField(leaky, root, 4);
  const attempts = attemptsOn(root);
  const nobody = idsOfNobody();
  const questions = attempts.map((attempt) => variablesOf(root, attempt, acme, own));
  const answers = await field.ask(server, questions);
  const others = await field.ask(
    server,
    attempts.map((attempt) => variablesOf(root, attempt, nobody, own)),
  );
  const found: string[] = [];
  for (const [at, { foreign: ids }] of attempts.entries()) {
    const [answer, other] = [answers[at] as string, others[at] as string];
    found.push(...leaksIn(answer, JSON.stringify(questions[at]), foreign));
    if (ids.size > 0) found.push(...differencesOf([answer, acme], [other, nobody]));
  }
  return found;
}

describe('the walk has teeth: in a copy of the schema it finds', () => {
  test.each([
    ['a row read by its id alone', 'leakById', 'shows a text'],
    [
      'a row reached through an id deep in an input, shown deep in the answer',
      'leakDeepInside',
      'shows a text',
    ],
    ['a list of the rows of every tenant', 'leakByList', 'shows a text'],
    ['the id of a row that the question did not name', 'leakOfId', 'names'],
    ['a field that reveals whether a row exists', 'customerExists', 'tells the other tenant'],
    ['an error that reveals whether a row exists', 'customerError', 'tells the other tenant'],
    ['a filter by a text that crosses the wall', 'leakByText', 'shows a text'],
    ['a filter by a time that crosses the wall', 'leakByTime', 'shows a text'],
    ['a filter by an enum that crosses the wall', 'leakByEnum', 'shows a text'],
    ['a filter by an id that crosses the wall', 'leakByIdInFilter', 'shows a text'],
    ['a mutation that shows a foreign row if a text is given', 'leakWithText', 'shows a text'],
    ['a mutation that shows a foreign row if nothing is given', 'leakOfNothing', 'shows a text'],
  ])('%s', async (_what, name, fault) => {
    expect(await walk(name)).toContainEqual(expect.stringContaining(fault));
  });

  test('an error that reveals whether a row exists, beside others in one document', async () => {
    const root = rootFields(leaky).find(({ field }) => field.name === 'customerError') as RootField;
    const field = new RepeatedField(leaky, root, 4);
    documents.length = 0;
    const [first, foreignOne, last] = await field.ask(
      server,
      [crypto.randomUUID(), ROW.id, crypto.randomUUID()].map((customerId) => ({ customerId })),
    );
    expect(documents).toHaveLength(1);
    expect(last).toEqual(first);
    expect(JSON.parse(`${foreignOne}`).errors).toEqual([
      expect.objectContaining({ message: 'You may not see this.', path: ['customerError'] }),
    ]);
  });

  test('each answer of a document that is refused as a whole', async () => {
    const root = rootFields(leaky).find(({ field }) => field.name === 'customerError') as RootField;
    const answers = await new RepeatedField(leaky, root, 4).ask(server, [{}, { customerId: ROW.id }]);
    expect(answers[0]).toContain('customerId');
    expect(answers[1]).toContain('You may not see this.');
  });

  test('each answer of a query that was too much for one answer', async () => {
    const root = rootFields(leaky).find(({ field }) => field.name === 'customerError') as RootField;
    const hurried: Asking = {
      async run(source, variables = {}) {
        const answer = await server.run(source, variables);
        if (Object.keys(variables).length > 2) return { ...answer, extensions: { errorsLeftOut: 1 } };
        if (Object.keys(variables).length === 1) return answer;
        const busy = { message: 'later', path: ['r0'], extensions: { ...FAULT, code: 'TRY_AGAIN' } };
        return { data: { r0: null, r1: null }, errors: [busy] };
      },
    };
    const ids = [ROW.id, ...Array.from({ length: 3 }, () => crypto.randomUUID())];
    const asked = ids.map((customerId) => ({ customerId }));
    const answers = await new RepeatedField(leaky, root, 4).ask(hurried, asked);
    expect(answers.map((answer) => JSON.parse(answer).errors[0].message)).toEqual([
      'You may not see this.',
      ...Array.from({ length: 3 }, () => 'There is no such customer.'),
    ]);
  });

  test('no fault in a field that keeps to its tenant', async () => {
    expect(await walk('sound')).toEqual([]);
  });

  test('a field whose arguments it cannot fill, and names it instead of skipping it', async () => {
    await expect(walk('unfillable')).rejects.toThrow('unfillable(of)');
    await expect(walk('unknownIds')).rejects.toThrow('unknownIds(otherThingId)');
  });
});

test('ids of no row exist for every type, and are never the same twice', () => {
  const [one, other] = [idsOfNobody(), idsOfNobody()];
  expect(rowTypes.filter((type) => one[type] === other[type])).toEqual([]);
});

describe('a field whose rule refuses the walker is asked once, and', () => {
  const incidentOpen = rootFields(real).find(({ field }) => field.name === 'incidentOpen') as RootField;
  const without = { role: 'TENANT_ADMIN', permissions: new Set<Permission>() } as const;

  test('the rule decides which fields these are, whatever a role suggests', () => {
    const permissions = new Set(grantedPermissions.all);
    expect(isClosedTo(without, incidentOpen)).toBe(true);
    expect(isClosedTo({ ...without, permissions }, incidentOpen)).toBe(false);
    const signIn = rootFields(real).find(({ field }) => field.name === 'signIn') as RootField;
    expect(isClosedTo(without, signIn)).toBe(false);
  });

  test('one that answers anything but the refusal of its rule is found', () => {
    const refused = { message: 'no', extensions: { code: 'FORBIDDEN', rule: 'FIELD_CLOSED', params: {} } };
    expect(unlessClosed('incidentOpen', JSON.stringify({ data: null, errors: [refused] }))).toEqual([]);
    expect(unlessClosed('incidentOpen', JSON.stringify({ data: { incidentOpen: null } }))).toHaveLength(1);
    expect(unlessClosed('incidentOpen', '')).toHaveLength(1);
  });

  test('that one time names every id that can be foreign', () => {
    const [attempt, ...others] = boldest(attemptsOn(incidentOpen));
    expect(others).toEqual([]);
    expect(attempt?.foreign.size).toBe(
      Math.max(...attemptsOn(incidentOpen).map(({ foreign: ids }) => ids.size)),
    );
  });
});
