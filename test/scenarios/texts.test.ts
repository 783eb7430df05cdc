import { describe, expect, test } from '@jest/globals';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const CUSTOMER = { company: 'Alder Homes', contactName: 'Ada Alder', email: 'ada@alder.test' };
const PRICE = { amountMinor: 900, currency: 'EUR' };
const LIST = 'query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { company } } }';

async function stored(input: object): Promise<Record<string, string>> {
  const { customer } = await mutate(
    ada,
    'customerCreate',
    { input: { ...CUSTOMER, ...input } },
    'customer { company contactName email phone internalNotes }',
  );
  return customer;
}

async function found(filter: object): Promise<string[]> {
  const { customers } = await ada.ask(LIST, { filter });
  return customers.nodes.map(({ company }: { company: string }) => company);
}

describe('a row is found by what was written into it', () => {
  test.each([
    ['company', 'Cafe\u0301 Alder', 'Café Alder'],
    ['company', '  Spaced out ', 'Spaced out'],
    ['company', '\u202eAcme\u202c', 'Acme'],
    ['company', 'Zero\u200bwidth', 'Zerowidth'],
    ['company', 'می\u200cخواهم', 'می\u200cخواهم'],
    [
      'company',
      '👨\u200d👩\u200d👧 & 🏴\u{e0067}\u{e0062}\u{e007f}',
      '👨\u200d👩\u200d👧 & 🏴\u{e0067}\u{e0062}\u{e007f}',
    ],
    ['company', '🏠'.repeat(200), '🏠'.repeat(200)],
    ['email', ' R&D@Alder.TEST ', 'r&d@alder.test'],
    ['email', 'a=b@alder.test', 'a=b@alder.test'],
    ['email', 'ada@Mu\u0308nchen.de', 'ada@xn--mnchen-3ya.de'],
  ])('%s %j', async (field, written, kept) => {
    const customer = await stored({ contactName: 'Finder', [field]: written });
    expect(customer[field]).toBe(kept);
    const own = { contactName: { equals: 'Finder' } };
    expect(await found({ and: [own, { [field]: { equals: written } }] })).toEqual([customer.company]);
    expect(await found({ and: [own, { [field]: { in: [written] } }] })).toEqual([customer.company]);
    expect(await found({ and: [own, { [field]: { contains: written } }] })).toEqual([customer.company]);
  });
});

describe('a name must show something on one line', () => {
  test.each([
    ['\u200b', 'must not be empty.'],
    ['\u3164', 'must not be empty.'],
    ['\u200d\ufe0f', 'must show something.'],
    ['\u2800', 'must show something.'],
    ['Two\nlines', 'must be one line.'],
    ['Two\u2028lines', 'must be one line.'],
    ['a\u0085b', 'contains control characters.'],
    ['half \ud83c', 'contains half a character.'],
    ['🏠'.repeat(201), 'is longer than 200 characters.'],
    [
      Array.from({ length: 34 }, () => '\ufdfa')
        .join('x')
        .padEnd(200, '\ufdfa'),
      'is longer than 600 characters with its ligatures written out.',
    ],
  ])('%j', async (company, message) => {
    expect(await refusals(ada, 'customerCreate', { input: { ...CUSTOMER, company } })).toEqual([
      { code: 'INVALID_INPUT', message: `"company" ${message}`, path: ['input', 'company'] },
    ]);
  });

  test('and an address may have several lines', async () => {
    const { customerId } = await mutate(ada, 'customerCreate', { input: CUSTOMER }, 'customerId');
    const input = { customerId, name: 'Elm Court', address: 'Elm Street 1\n12345 Elm' };
    expect(await codes(ada, 'propertyCreate', { input })).toEqual([]);
  });
});

test.each([
  'a b@alder.test',
  '.a@alder.test',
  'a..b@alder.test',
  'a@b',
  'a@alder..test',
  'a@-alder.test',
  'a@1.2.3.4',
  'ä@alder.test',
  '\u212aim@alder.test',
  '\u1fefkim@alder.test',
  '@alder.test',
  'a@',
])('%j is no e-mail address', async (email) => {
  expect(await codes(ada, 'customerCreate', { input: { ...CUSTOMER, email } })).toEqual(['INVALID_INPUT']);
});

describe('half a character is refused', () => {
  const half = 'x\ud800';
  test.each([
    ['attributeAdd', { input: { name: half } }],
    ['usersAttributesUpdate', { filter: { role: { equals: 'CSR' } }, add: [half] }],
    ['planCreate', { input: { name: half, monthlyPrice: PRICE } }],
    [
      'fileAccessPolicyCreate',
      { input: { filePattern: '/a', effect: 'ALLOW', condition: `user.name == "${half}"` } },
    ],
    ['fileAccessPolicyCreate', { input: { filePattern: `/${half}`, effect: 'ALLOW', condition: 'true' } }],
  ])('in %s', async (mutation, args) => {
    expect(await codes(ada, mutation, args)).toEqual(['INVALID_INPUT']);
  });

  test('in a filter', async () => {
    const { errors } = await ada.run(LIST, { filter: { company: { contains: half } } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
