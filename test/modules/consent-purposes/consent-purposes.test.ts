import { expect, test } from '@jest/globals';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, globex, ada, gil, sue, cleo } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const owner = await installation.aUser('OWNER', {
  tenantId: acme.id,
  customerId: await installation.aCustomer(acme.id),
});

async function aPurpose(key: string, more: object = {}): Promise<string> {
  const input = { key, title: key, ...more };
  return (await mutate(ada, 'consentPurposeCreate', { input }, 'consentPurposeId')).consentPurposeId;
}

test('X: support, representatives and owners read purposes and write none', async () => {
  const id = await aPurpose('read-only');
  for (const who of [sue, cleo, owner]) {
    const { consentPurpose } = await who.ask('query ($id: ID!) { consentPurpose(id: $id) { key } }', { id });
    const refused = [
      await codes(who, 'consentPurposeCreate', { input: { key: 'x1', title: 'x' } }),
      await codes(who, 'consentPurposeUpdate', { id, input: { title: 'x' } }),
      await codes(who, 'consentPurposeDelete', { id }),
    ];
    expect({ consentPurpose, refused }).toEqual({
      consentPurpose: { key: 'read-only' },
      refused: Array(3).fill(['FORBIDDEN']),
    });
  }
});

test('X: a purpose of another tenant is not found', async () => {
  const id = await aPurpose('foreign');
  expect(await codes(gil, 'consentPurposeUpdate', { id, input: { title: 'x' } })).toEqual(['NOT_FOUND']);
  const input = { tenantId: globex.id, key: 'foreign', title: 'x' };
  expect(await codes(ada, 'consentPurposeCreate', { input })).toEqual(['NOT_FOUND']);
  expect(await codes(gil, 'consentPurposeCreate', { input })).toEqual([]);
});

test('a key is unique in its tenant', async () => {
  await aPurpose('taken');
  const input = { key: 'taken', title: 'x' };
  expect(await refusals(ada, 'consentPurposeCreate', { input })).toMatchObject([
    { code: 'ALREADY_EXISTS', path: ['input', 'key'] },
  ]);
});

test('the validity is from one day to a hundred years', async () => {
  for (const validityDays of [0, -1, 36_501]) {
    const input = { key: 'bounds', title: 'x', validityDays };
    expect(await refusals(ada, 'consentPurposeCreate', { input })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'validityDays'] },
    ]);
  }
  await aPurpose('bounds', { validityDays: 36_500 });
});

test('a purpose that a notice asks consent for is made inactive instead of deleted', async () => {
  const id = await aPurpose('kept');
  await mutate(ada, 'consentNoticePublish', { input: { purposeId: id, language: 'en', text: 'May we?' } });
  expect(await codes(ada, 'consentPurposeDelete', { id })).toEqual(['IN_USE']);
  await mutate(ada, 'consentPurposeUpdate', { id, input: { isActive: false } });
  await mutate(ada, 'consentPurposeDelete', { id: await aPurpose('unused') });
});

test('a tenant has at most a hundred purposes, however many are created at the same moment', async () => {
  const root = installation.root;
  const { id: tenantId } = await installation.aTenant('Full');
  const create = (number: number) =>
    codes(root, 'consentPurposeCreate', { input: { tenantId, key: `purpose-${number}`, title: 'Full' } });
  for (let first = 0; first < 99; first += 9) {
    const some = Array.from({ length: 9 }, (_, index) => create(first + index));
    expect(await Promise.all(some)).toEqual(Array(9).fill([]));
  }
  const both = await Promise.all([create(99), create(100)]);
  expect(both.toSorted()).toEqual([[], ['LIMIT_REACHED']]);
});
