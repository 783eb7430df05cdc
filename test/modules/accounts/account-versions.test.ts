import { expect, test } from '@jest/globals';
import { sampleViewer } from '../../../scripts/sample-viewers.ts';
import { columnNamesOf } from '../../../src/core/rows/models.ts';
import { mayReadColumn } from '../../../src/graph/schema/field-access.ts';
import { accountViewFor } from '../../../src/modules/accounts/accounts.access.ts';
import { schema } from '../../../src/schema.ts';
import { aProperty } from '../../support/homes.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const customerId = await installation.aCustomer(acme.id);
const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
const resident = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });

const ACCOUNT = '{ account { version updatedAt company } }';
const CHANGED = `subscription ($after: Cursor) { accountChanged(after: $after) {
  __typename ... on AccountUpdated { changedFields account { version company } } } }`;
const UPDATE = `mutation ($version: Int) { accountUpdate(input: { contactName: "Olga" }, expectedVersion: $version) {
  account { version } userErrors { code message } } }`;

const accountOf = async (person: Person) => (await person.ask(ACCOUNT)).account;
const change = (input: object) => mutate(ada, 'customerUpdate', { id: customerId, input });

/** The next event of the account after a position. */
async function nextEventOf(person: Person, after: string) {
  const stream = person.follow(CHANGED, { after });
  const event = await stream.change();
  await stream.close();
  return event;
}

test("X S: staff's notes on a customer are no event, no new version and no later time for its own users", async () => {
  const before = await Promise.all([owner, resident].map(accountOf));
  const after = await ada.now(acme.id);
  await change({ internalNotes: 'a canary' });
  expect(await Promise.all([owner, resident].map(accountOf))).toEqual(before);

  await change({ company: 'Elm Homes', internalNotes: 'another' });
  for (const [at, person] of [owner, resident].entries()) {
    const { version } = await accountOf(person);
    expect(version).toBe(before[at]?.version + 1);
    expect(await nextEventOf(person, after)).toMatchObject({
      changedFields: ['company'],
      account: { version, company: 'Elm Homes' },
    });
  }
});

test('X 27: a resident does not notice that its customer has another property, user or address; an owner does', async () => {
  const [ofOwner, ofResident] = await Promise.all([owner, resident].map(accountOf));
  const after = await ada.now(acme.id);
  await aProperty(owner, { name: 'Fir' });
  await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });
  await change({ email: 'elm@elm.test', phone: '1' });
  expect(await accountOf(resident)).toEqual(ofResident);
  expect((await accountOf(owner)).version).toBe(ofOwner.version + 3);

  await change({ company: 'Ash Homes' });
  expect(await nextEventOf(resident, after)).toMatchObject({ changedFields: ['company'] });
});

test('an owner who edits the account conflicts with changes that it sees, and with no other', async () => {
  const { version } = await accountOf(owner);
  await change({ internalNotes: 'edited meanwhile' });
  expect((await owner.ask(UPDATE, { version })).accountUpdate.account).toEqual({ version: version + 1 });
  await change({ company: 'Oak Homes' });
  const { data } = await owner.run(UPDATE, { version: version + 1 });
  expect(data.accountUpdate).toEqual({
    account: { version: version + 2 },
    userErrors: [
      { code: 'VERSION_CONFLICT', message: `The entity has changed: its version is now ${version + 2}.` },
    ],
  });
  const { customer } = await ada.ask('query ($id: ID!) { customer(id: $id) { internalNotes } }', {
    id: customerId,
  });
  expect(customer.internalNotes).toBe('edited meanwhile');
});

test.each(['OWNER', 'MANAGER', 'RESIDENT'] as const)(
  'the view of %s hides those columns of a customer that it may not read, and no other',
  (role) => {
    const viewer = sampleViewer(role);
    const view = accountViewFor(viewer);
    const kept = /^(id|tenantId|createdAt|.*([vV]ersion|[uU]pdatedAt))$/;
    const columns = columnNamesOf('Customer').filter((column) => !kept.test(column));
    const unread = columns.filter((column) => !mayReadColumn(schema, 'Account', viewer, column));
    expect(unread.toSorted()).toEqual(view.hidden.toSorted());
  },
);
