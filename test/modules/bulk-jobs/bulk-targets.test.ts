import { describe, expect, test } from '@jest/globals';
import { DELETE, DELETE_POLICIES, UPDATE } from '../../support/bulk.ts';
import { aStage } from '../../support/stage.ts';

const { ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

/** The same three mutations, with a text that a search box may have left null or absent. */
const SEARCHES = [
  'mutation ($q: String) { usersDelete(filter: { name: { contains: $q } }) { bulkJobId userErrors { code path } } }',
  'mutation ($q: String) { usersAttributesUpdate(filter: { name: { contains: $q } }, add: ["x"]) { bulkJobId userErrors { code path } } }',
  'mutation ($q: String) { fileAccessPoliciesDelete(filter: { name: { contains: $q } }) { bulkJobId userErrors { code path } } }',
];

const MUTATIONS = [
  { mutation: DELETE, more: {} },
  { mutation: UPDATE, more: { add: ['x'] } },
  { mutation: DELETE_POLICIES, more: {} },
];

/** The codes of request errors, or the code and path of each user error. */
async function refusalOf(mutation: string, variables: object): Promise<unknown[]> {
  const { data, errors } = await ada.run(mutation, { ...variables });
  const [payload] = Object.values(data ?? {}) as { userErrors: { code: string; path: string[] }[] }[];
  return (
    errors?.map(({ extensions }) => extensions.code) ??
    payload?.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`) ??
    []
  );
}

async function jobCount(): Promise<number> {
  return (await ada.ask('{ bulkJobs { totalCount } }')).bulkJobs.totalCount;
}

describe('a filter that tests nothing, or not what the client meant, chooses no row, and no job is queued', () => {
  test.each([
    [{ and: [] }, ['INVALID_INPUT filter']],
    [{ and: [{}] }, ['INVALID_INPUT filter.and.0']],
    [{ not: {} }, ['INVALID_INPUT filter.not']],
    [{ or: [{}] }, ['INVALID_INPUT filter.or.0']],
    [{ not: { or: [] } }, ['INVALID_INPUT filter']],
    [{ not: { name: { in: [] } } }, ['INVALID_INPUT filter']],
    [{ name: { notIn: [] } }, ['INVALID_INPUT filter.name']],
    [{ id: { notEquals: 'undefined' } }, ['INVALID_INPUT filter.id']],
    [{ name: {} }, ['INVALID_INPUT filter.name']],
    [{ name: { contains: '' } }, ['INVALID_INPUT filter.name']],
    [{ name: { startsWith: '' } }, ['INVALID_INPUT filter.name']],
    [{ not: { id: { in: ['019a3b7e-0000-7000-8000-000000000000', 'x'] } } }, ['INVALID_INPUT filter.not.id']],
    [{ not: { id: { equals: 'undefined' } } }, ['INVALID_INPUT filter.not.id']],
    [{ id: { equals: null } }, ['INVALID_INPUT filter.id.equals']],
  ])('%j', async (filter, refusal) => {
    for (const { mutation, more } of MUTATIONS) {
      expect(await refusalOf(mutation, { filter, ...more })).toEqual(refusal);
    }
    expect(await jobCount()).toBe(0);
  });

  test('a search for a variable that is null, or absent', async () => {
    for (const search of SEARCHES) {
      expect(await refusalOf(search, { q: null })).toEqual(['INVALID_INPUT filter.name.contains']);
      expect(await refusalOf(search, {})).toEqual(['INVALID_INPUT filter.name']);
    }
    expect(await jobCount()).toBe(0);
  });

  test('also beside tests that choose something, and however deep: every test counts in a bulk mutation', async () => {
    const deep = { and: [{ role: { equals: 'CSR' } }, { and: [{ not: { name: {} } }] }] };
    expect(await refusalOf(DELETE, { filter: deep })).toEqual(['INVALID_INPUT filter.and.1.and.0.not.name']);
    const beside = { role: { equals: 'CSR' }, department: { contains: '' } };
    expect(await refusalOf(DELETE, { filter: beside })).toEqual(['INVALID_INPUT filter.department']);
    const byRole = { role: { equals: 'CSR' } };
    for (const [part, path] of [
      [{ not: {} }, 'filter.not'],
      [{ and: [{}] }, 'filter.and.0'],
    ] as const) {
      expect(await refusalOf(DELETE, { filter: { ...byRole, ...part } })).toEqual([`INVALID_INPUT ${path}`]);
    }
    expect(await jobCount()).toBe(0);
  });
});

test('a text that is no id is refused with its path, and never becomes an item', async () => {
  const before = await jobCount();
  const ids = [crypto.randomUUID(), 'x', crypto.randomUUID().toUpperCase(), ''];
  for (const { mutation, more } of MUTATIONS) {
    expect(await refusalOf(mutation, { ids, ...more })).toEqual([
      'INVALID_INPUT ids.1',
      'INVALID_INPUT ids.3',
    ]);
  }
  const many = Array.from({ length: 10_000 }, () => 'x');
  expect(await refusalOf(DELETE, { ids: many })).toHaveLength(100);
  expect(await jobCount()).toBe(before);
});

test('A: an argument that is null and one that is absent are the same request', async () => {
  const [key, ids] = [crypto.randomUUID(), [crypto.randomUUID()]];
  const first = await ada.ask(DELETE, { ids, key });
  const again = await ada.ask(DELETE, { ids, key, filter: null, tenantId: null });
  expect(again.usersDelete.bulkJobId).toBe(first.usersDelete.bulkJobId);
});
