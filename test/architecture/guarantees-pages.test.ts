import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isObjectType } from 'graphql';
import { schema } from '../../src/schema.ts';
import type { Installation, TestUser } from '../support/installation.ts';
import { type ListOfSchema, listsOfSchema } from '../support/lists-of-schema.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { rowTypes } from '../support/samples.ts';
import { aSampledTenant, WIDE } from '../support/two-tenants.ts';
import { notifiedOfIncident } from '../support/unread-notification.ts';

const PAGE = `{ edges { cursor } totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;

/** Lists that no id leads to; the tests of their rooms hold them to the same. */
const ELSEWHERE = ['FileAccessPolicyPreview.changes'];
/** Lists that are empty for days: the tests of their rooms read their pages. */
const EMPTY = ['TenantErasure.keptPayments'];

let installation: Installation;
let owner: Person;
let reader: TestUser;
const ids: Record<string, string> = Object.fromEntries(rowTypes.map((type) => [type, 'unknown yet']));

/** The lists of the schema. Their queries are written when the rows exist. */
const places = listsOfSchema(ids)
  .map(({ place }) => place)
  .filter((place) => !EMPTY.includes(place));

/** A cursor of the first row of a list in one order. */
interface Cursor {
  readonly list: ListOfSchema;
  readonly order: string;
  readonly cursor: string;
}

const cursors: Cursor[] = [];
let lists: Map<string, ListOfSchema>;

beforeAll(async () => {
  const sampled = await aSampledTenant(WIDE);
  installation = sampled.installation;
  Object.assign(ids, sampled.tenant.ids);
  owner = await installation.aUser('OWNER', { tenantId: ids.Tenant ?? '', customerId: ids.Customer ?? '' });
  // Each user has notifications of its own.
  reader = await installation.aUser('SUPPORT', { tenantId: ids.Tenant ?? '' });
  for (const title of ['One', 'Two', 'Three'])
    await notifiedOfIncident(installation.root, reader, { ids, title });
  // The sample of a message is about a request, and mentions no user.
  await mutate(installation.root, 'messageUpdate', {
    id: ids.Message,
    input: { mentionIds: [reader.userId] },
  });
  for (const subject of [{ customerId: ids.Customer }, { incidentId: ids.Incident }])
    await mutate(installation.root, 'messageSend', { input: { ...subject, body: 'A message' } });
  for (const subject of [
    { customerId: ids.Customer },
    { incidentId: ids.Incident },
    { messageId: ids.Message },
  ])
    await mutate(installation.root, 'attachmentCreate', {
      input: { ...subject, name: 'a.txt', sizeBytes: 3 },
    });
  lists = new Map(listsOfSchema(ids).map((list) => [list.place, list]));
  for (const list of lists.values()) cursors.push(...(await firstCursors(list)));
}, 600_000);

afterAll(() => installation.stop());

function viewerOf({ place }: ListOfSchema): Person {
  if (place === 'Query.notifications') return reader;
  return place.startsWith('Account.') ? owner : installation.root;
}

const listAt = (place: string) => lists.get(place) as ListOfSchema;

// biome-ignore lint/suspicious/noExplicitAny: a page of any list
async function read(list: ListOfSchema, args: string): Promise<any> {
  const { found } = await viewerOf(list).ask(`{ found: ${list.page(args, PAGE)} }`);
  return list.place.startsWith('Query.') ? found : Object.values(found)[0];
}

/** Reads the first page of a list in each of its orders, and gives the cursors of the rows. */
async function firstCursors(list: ListOfSchema): Promise<Cursor[]> {
  const pages = list.orders.map(
    (order, at) => `p${at}: ${list.page(`${order}first: 1`, '{ edges { cursor } }')}`,
  );
  const found = await viewerOf(list).ask(`{ ${pages.join(' ')} }`);
  return list.orders.map((order, at) => {
    const page = list.place.startsWith('Query.') ? found[`p${at}`] : Object.values(found[`p${at}`])[0];
    return { list, order, cursor: page.edges[0]?.cursor };
  });
}

/** As many pages as one document has tokens for. */
const MAX_PAGES = 50;

/** Reads pages of a list, each with other arguments, and gives what is refused. */
async function refusals(list: ListOfSchema, pages: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let from = 0; from < pages.length; from += MAX_PAGES)
    found.push(...(await refusalsOfSome(list, pages.slice(from, from + MAX_PAGES))));
  return found;
}

async function refusalsOfSome(list: ListOfSchema, pages: readonly string[]): Promise<unknown[]> {
  const fields = pages.map((args, at) => `p${at}: ${list.page(args, '{ totalCount }')}`);
  const { errors = [] } = await viewerOf(list).run(`{ ${fields.join(' ')} }`);
  return pages.map((_, at) => {
    const error = errors.find(({ path }) => path?.[0] === `p${at}`);
    return error ? [error.extensions.code, error.message] : null;
  });
}

test('every list is reached', () => {
  const all = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(all.filter((place) => !places.includes(place)).toSorted()).toEqual(
    [...ELSEWHERE, ...EMPTY].toSorted(),
  );
});

describe.each(places)('%s', (place) => {
  test('takes an empty cursor for none, from either end', async () => {
    const list = listAt(place);
    const [first, last] = [await read(list, 'first: 1'), await read(list, 'last: 1')];
    expect(first.edges).toHaveLength(1);
    expect(first.pageInfo.hasPreviousPage).toBe(false);
    expect(last.pageInfo.hasNextPage).toBe(false);
    expect(await read(list, 'first: 1, after: "", before: ""')).toEqual(first);
    expect(await read(list, 'last: 1, after: "", before: ""')).toEqual(last);
  });

  test('shows with a page of no items whether there are any, and how many', async () => {
    const list = listAt(place);
    const { totalCount } = await read(list, 'first: 1');
    const edge = { startCursor: null, endCursor: null };
    expect(await read(list, 'first: 0')).toEqual({
      edges: [],
      totalCount,
      pageInfo: { hasNextPage: true, hasPreviousPage: false, ...edge },
    });
    expect(await read(list, 'last: 0')).toEqual({
      edges: [],
      totalCount,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, ...edge },
    });
  });

  test('refuses a page of fewer than 0 or more than 100 items', async () => {
    const refused = (argument: string) => ['BAD_USER_INPUT', `Argument "${argument}": from 0 to 100.`];
    expect(await refusals(listAt(place), ['first: -1', 'first: 101', 'last: -1', 'last: 101'])).toEqual([
      refused('first'),
      refused('first'),
      refused('last'),
      refused('last'),
    ]);
  });

  test.each(['after', 'before'])(
    'takes `%s` of its own orders, and refuses that of any other',
    async (argument) => {
      const list = listAt(place);
      const otherRows = new Map(
        cursors.filter((one) => one.list.rows !== list.rows).map((one) => [one.list.rows, one]),
      );
      for (const order of list.orders) {
        const own = cursors.filter((one) => one.list === list);
        const tried = [...own, ...otherRows.values()];
        const found = await refusals(
          list,
          tried.map(({ cursor }) => `${order}first: 1, ${argument}: "${cursor}"`),
        );
        const faults = tried.flatMap((one, at) => {
          const isOwn = one.list === list && one.order === order;
          const [code, message] = (found[at] ?? []) as string[];
          const isRefused =
            code === 'BAD_USER_INPUT' && message?.startsWith(`Argument "${argument}": is not a cursor`);
          return (isOwn ? found[at] === null : isRefused)
            ? []
            : [[order, one.list.place, one.order, found[at]]];
        });
        expect(faults).toEqual([]);
        expect(tried.length).toBeGreaterThan(5);
      }
    },
  );
});
