import { expect, test } from '@jest/globals';
import { DELETE_POLICIES, doInBulk, UPDATE } from '../../support/bulk.ts';
import type { Variables } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
await ada.ask(
  'mutation { attributeAdd(input: { name: "clearance", valueType: NUMBER }) { userErrors { message } } }',
);

const ITEMS =
  'query ($tenantId: ID) { bulkJobs(tenantId: $tenantId, first: 1) { nodes { items { nodes { status errorCode message rule params { name value } } } } } }';

/** The part that a viewer sees of a refusal that it may not read. */
const UNREADABLE = { message: null, rule: null, params: [] };

/** A user who may read bulk jobs, but no attribute or policy of the tenant. */
const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
await ada.ask(
  'mutation ($id: ID!) { userUpdate(id: $id, input: { permissions: ["bulk-jobs:read"] }) { userErrors { message } } }',
  { id: support.userId },
);

/** The item of a job whose one row was refused, as the requester and as the lesser reader see it. */
async function refusedItem(mutation: string, variables: Variables) {
  await doInBulk(ada, acme.id, mutation, variables);
  const answers = await Promise.all([ada, support].map((person) => person.ask(ITEMS, { tenantId: acme.id })));
  const [asRequester, asReader] = answers.map(({ bulkJobs }) => bulkJobs.nodes[0].items.nodes[0]);
  return { asRequester, asReader, readerSaw: JSON.stringify(answers[1]) };
}

test('X 13: a refusal that can name attributes shows its message, its rule and its params only to viewers who may read attributes', async () => {
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  const { asRequester, asReader, readerSaw } = await refusedItem(UPDATE, {
    ids: [userId],
    add: ['clearance=secret'],
  });
  expect(asRequester).toEqual({
    status: 'FAILED',
    errorCode: 'INVALID_INPUT',
    message: expect.stringContaining('The attribute clearance is of the type NUMBER'),
    rule: 'NUMBER_ENTRY',
    params: expect.arrayContaining([{ name: 'name', value: 'clearance' }]),
  });
  expect(asReader).toEqual({ status: 'FAILED', errorCode: 'INVALID_INPUT', ...UNREADABLE });
  expect(readerSaw).not.toContain('clearance');
});

test('X 13: a refusal about a policy shows its message, its rule and its params only to viewers who may read policies', async () => {
  const { asRequester, asReader } = await refusedItem(DELETE_POLICIES, { ids: [crypto.randomUUID()] });
  expect(asRequester).toMatchObject({
    message: 'There is no such file access policy.',
    rule: 'NO_SUCH_ROW',
    params: [{ name: 'type', value: 'FileAccessPolicy' }],
  });
  expect(asReader).toEqual({ status: 'FAILED', errorCode: 'NOT_FOUND', ...UNREADABLE });
});
