import { expect, test } from '@jest/globals';
import {
  ada,
  alder,
  aPurpose,
  cleo,
  grant,
  gwen,
  manager,
  otherOwner,
  owner,
  resident,
} from '../support/consent-stage.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';

const AS_OF = `query ($asOf: DateTime!, $filter: ConsentFilter, $orderBy: [ConsentOrder!], $first: Int, $after: String) {
  consents(asOf: $asOf, filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id state version updatedAt } } }`;

const toPurpose = (purposeId: string) => ({ filter: { purposeId: { equals: purposeId } } });

async function at(asOf: string, args: object, who: Person = owner) {
  return (await who.ask(AS_OF, { asOf, ...args })).consents;
}

async function timesOf(id: string): Promise<string[]> {
  const asked = 'query ($id: ID!) { consentHistory(id: $id) { nodes { recordedAt } } }';
  const { nodes } = (await ada.ask(asked, { id })).consentHistory;
  return nodes.map(({ recordedAt }: { recordedAt: string }) => recordedAt);
}

test('consents asOf a time are those that existed and as they were, for the viewers who see them now', async () => {
  const purposeId = await aPurpose();
  const { consentId: id } = await grant(owner, purposeId, { customerId: alder });
  await mutate(owner, 'consentRevoke', { id });
  const [first = '', second = ''] = await timesOf(id);
  const before = new Date(Date.parse(first) - 1).toISOString();
  const shown = async (asOf: string, who?: Person) => (await at(asOf, toPurpose(purposeId), who)).nodes;
  expect(await shown(before)).toEqual([]);
  expect(await shown(first)).toEqual([{ id, state: 'GRANTED', version: 1, updatedAt: first }]);
  for (const who of [owner, cleo])
    expect(await shown(second, who)).toEqual([{ id, state: 'REVOKED', version: 2, updatedAt: second }]);
  for (const who of [manager, otherOwner, gwen]) expect(await shown(second, who)).toEqual([]);
});

test('consents asOf a time are counted, ordered and paged like the present ones', async () => {
  const purposeId = await aPurpose();
  const ids: string[] = [];
  for (const who of [owner, manager, resident]) ids.push((await grant(who, purposeId)).consentId);
  const asOf = (await timesOf(ids[2] ?? '')).at(-1) ?? '';
  for (const [index, who] of [owner, manager, resident].entries())
    await mutate(who, 'consentRevoke', { id: ids[index] ?? '' });
  const args = { ...toPurpose(purposeId), orderBy: [{ field: 'CREATED_AT', direction: 'ASC' }], first: 2 };
  const page = await at(asOf, args, ada);
  const rest = await at(asOf, { ...args, after: page.pageInfo.endCursor }, ada);
  expect([page.totalCount, page.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([3, true, false]);
  expect([...page.nodes, ...rest.nodes]).toMatchObject(
    ids.map((id) => ({ id, state: 'GRANTED', version: 1 })),
  );
});

test('what may have been different at that time is refused as a filter and as an order, and so is the future', async () => {
  const future = new Date(Date.now() + 60_000).toISOString();
  const now = (await ada.ask('query { consents { nodes { updatedAt } } }')).consents.nodes[0].updatedAt;
  const refused = async (asOf: string, args: object) =>
    (await ada.run(AS_OF, { asOf, ...args })).errors?.map(({ extensions: { rule, params } }) => [
      rule,
      params,
    ]);
  const values = 'id, customerId, memberId, purposeId, createdAt';
  const of = (argument: string) => [['CHANGES_IN_TIME', { argument, values }]];
  expect(await refused(now, { filter: { state: { equals: 'GRANTED' } } })).toEqual(of('filter'));
  const hidden = { or: [{ not: { and: [{ expiresAt: { isNull: true } }] } }] };
  expect(await refused(now, { filter: hidden })).toEqual(of('filter'));
  expect(await refused(now, { orderBy: [{ field: 'UPDATED_AT' }] })).toEqual(of('orderBy'));
  expect(await refused(future, {})).toEqual([['TIME_IN_FUTURE', { argument: 'asOf' }]]);
});
