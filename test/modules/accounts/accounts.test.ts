import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation } from '../../support/installation.ts';
import { codes, mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';

let installation: Installation;
const people = new Map<string, Person>();

beforeAll(async () => {
  installation = await Installation.start();
  const { id: tenantId } = await installation.aTenant('Acme');
  const customerId = await installation.aCustomer(tenantId);
  for (const role of ['OWNER', 'MANAGER', 'RESIDENT'])
    people.set(role, await installation.aUser(role, { tenantId, customerId }));
  people.set('CSR', await installation.aUser('CSR', { tenantId }));
});

afterAll(() => installation.stop());

const as = (role: string) => people.get(role) as Person;

/** The fields of the account that a role reads. */
async function readBy(role: string): Promise<string[]> {
  const { data } = await as(role).run(
    '{ account { company email phone memberCount propertyCount properties { totalCount } } }',
  );
  return Object.entries(data?.account ?? {})
    .filter(([, value]) => value !== null)
    .map(([name]) => name);
}

test.each([
  ['OWNER', ['company', 'email', 'memberCount', 'propertyCount', 'properties']],
  ['MANAGER', ['company', 'email', 'memberCount', 'propertyCount', 'properties']],
  ['RESIDENT', ['company']],
])('a %s reads of the account: %p', async (role, fields) => {
  expect(await readBy(role)).toEqual(fields);
});

test('only the OWNER changes the account, and its phone is shown to the MANAGER', async () => {
  const args = { input: { phone: '+49 30 1' } };
  for (const role of ['MANAGER', 'RESIDENT', 'CSR'])
    expect(await codes(as(role), 'accountUpdate', args)).toEqual(['FORBIDDEN']);
  await mutate(as('OWNER'), 'accountUpdate', args);
  expect((await as('MANAGER').ask('{ account { phone } }')).account).toEqual({ phone: '+49 30 1' });
});

test('the staff has no account', async () => {
  const { data } = await as('CSR').run('{ account { id } }');
  expect(data?.account ?? null).toBeNull();
});
