import { describe, expect, test } from '@jest/globals';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { EventSource } from '../support/event-source.ts';
import type { Person } from '../support/person.ts';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';
import type { Stream } from '../support/stream.ts';

const MAX_ROWS = 60;

const { installation, acme, globex, ada, gus } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gus: 'TENANT_ADMIN' } },
  { MAX_SNAPSHOT_ROWS: String(MAX_ROWS), WS_MAX_SOCKETS_PER_USER: '100' },
);
const codec = new CursorCodec((await loadSecrets(installation.app.config)).cursors);

const CREATE = `mutation ($company: String!) {
  customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) {
    customer { id } userErrors { message } } }`;
const UPDATE =
  'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { userErrors { message } } }';
const UPDATE_USER =
  'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }';
const FOLLOW = `subscription ($after: Cursor, $filter: CustomerFilter, $snapshot: Boolean = true) {
  customerChanged(after: $after, filter: $filter, snapshot: $snapshot) {
    __typename
    ... on CustomerSnapshot { cursor page isLast totalCount nodes { company } }
    ... on CustomerCreated { cursor customer { company } }
    ... on CustomerUpdated { cursor customer { company } }
    ... on CustomerDeleted { cursor customerId }
    ... on FeedReset { cursor reason }
    ... on FeedPosition { cursor }
  } }`;
const WITH_NOTES = FOLLOW.replaceAll('{ company }', '{ company internalNotes }');

interface Page {
  readonly __typename: string;
  readonly cursor: string;
  readonly page: number;
  readonly isLast: boolean;
  readonly totalCount: number;
  readonly nodes: readonly { readonly company: string; readonly internalNotes?: string | null }[];
}

/** Customers whose company begins with `name`, and the filter that finds them. */
async function customers(count: number, name = crypto.randomUUID()) {
  const companies = Array.from({ length: count }, (_, index) => `${name} ${index}`);
  const made = await Promise.all(companies.map((company) => ada.ask(CREATE, { company })));
  return {
    name,
    companies,
    ids: made.map(({ customerCreate }) => customerCreate.customer.id as string),
    filter: { company: { startsWith: name } },
  };
}

/** Everything up to the last page. */
async function pagesOf(stream: Pick<Stream, 'event'>): Promise<Page[]> {
  const pages: Page[] = [];
  while (!pages.at(-1)?.isLast) {
    const page: Page = await stream.event();
    if (page.__typename !== 'CustomerSnapshot') throw new Error(`No page, but ${JSON.stringify(page)}`);
    pages.push(page);
  }
  return pages;
}

function companiesOf(pages: readonly Page[]): string[] {
  return pages.flatMap(({ nodes }) => nodes.map(({ company }) => company)).toSorted();
}

describe('a snapshot that is refused', () => {
  test('to a client that has not signed in, or may not read such rows: as without one', async () => {
    const owner = await installation.aUser('OWNER', {
      tenantId: acme.id,
      customerId: await installation.aCustomer(acme.id),
    });
    const codeFor = async (person: Person) =>
      (await person.follow(FOLLOW).next()).errors?.[0]?.extensions.code;
    expect([await codeFor(installation.stranger()), await codeFor(owner)]).toEqual([
      'UNAUTHENTICATED',
      'FORBIDDEN',
    ]);
  });

  test('because it has too many rows: the error names the limit and what to do, and the stream ends', async () => {
    const { filter } = await customers(MAX_ROWS + 1);
    const stream = ada.follow(FOLLOW, { filter });
    const { errors } = await stream.next();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/more than 60 rows \(MAX_SNAPSHOT_ROWS\): narrow the filter/),
      extensions: { code: 'QUERY_TOO_COMPLEX', rule: 'SNAPSHOT_TOO_LONG' },
    });
    expect(await stream.ended()).toEqual({ how: 'complete' });
  });

  test('because a page of it would cost too much, before anything is read', async () => {
    const nested = FOLLOW.replace(
      '{ company }',
      '{ properties(first: 100) { nodes { units(first: 100) { nodes { id } } } } }',
    );
    const { errors } = await ada.follow(nested).next();
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX', rule: 'TOO_MANY_NODES' } }]);
  });
});

describe('a stream with a snapshot', () => {
  test('S: begins with exactly the rows of the list, in pages, the last one marked, and continues with the changes after them', async () => {
    const { companies, filter, name } = await customers(30);
    const stream = ada.follow(FOLLOW, { filter });
    const pages = await pagesOf(stream);
    const position = await stream.event();
    await ada.ask(CREATE, { company: `${name} new` });
    const created = await stream.event();

    expect(companiesOf(pages)).toEqual(companies.toSorted());
    expect(pages.map(({ page, isLast, totalCount }) => [page, isLast, totalCount])).toEqual([
      [1, false, 30],
      [2, true, 30],
    ]);
    expect([position, created]).toMatchObject([
      { __typename: 'FeedPosition', cursor: pages.at(-1)?.cursor },
      { __typename: 'CustomerCreated', customer: { company: `${name} new` } },
    ]);
  });

  test('is one empty page where there is no row', async () => {
    const [page] = await pagesOf(
      ada.follow(FOLLOW, { filter: { company: { equals: crypto.randomUUID() } } }),
    );
    expect(page).toMatchObject({ page: 1, isLast: true, totalCount: 0, nodes: [] });
  });

  test('X: has no row of another tenant', async () => {
    const { name } = await customers(1);
    const [page] = await pagesOf(gus.follow(FOLLOW, { filter: { company: { startsWith: name } } }));
    expect([page?.totalCount, globex.id === acme.id]).toEqual([0, false]);
  });

  test('begins as ever without it: with the next change', async () => {
    const { filter, name } = await customers(1);
    const stream = ada.follow(FOLLOW, { filter, snapshot: false });
    await stream.event();
    await ada.ask(CREATE, { company: `${name} new` });
    expect(await stream.event()).toMatchObject({ customer: { company: `${name} new` } });
  });

  test('L D: resumes after its last page without rows, after a page before it with all of them', async () => {
    const { companies, filter, name } = await customers(30);
    const [first, last] = await pagesOf(ada.follow(FOLLOW, { filter }));
    await ada.ask(CREATE, { company: `${name} while away` });
    const resumed = ada.follow(FOLLOW, { filter, after: last?.cursor });
    const change = await resumed.event();
    const again = await pagesOf(ada.follow(FOLLOW, { filter, after: first?.cursor }));

    expect(change).toMatchObject({ customer: { company: `${name} while away` } });
    expect(companiesOf(again)).toEqual([...companies, `${name} while away`].toSorted());
  });

  test('L D: resumes after a cursor of a query or of any other stream without rows', async () => {
    const { filter, name } = await customers(1);
    const after = await ada.now(acme.id);
    await ada.ask(CREATE, { company: `${name} new` });
    const stream = ada.follow(FOLLOW, { filter, after });
    expect([await stream.event(), await stream.event()]).toMatchObject([
      { __typename: 'CustomerCreated', customer: { company: `${name} new` } },
      { __typename: 'FeedPosition' },
    ]);
  });

  test('S: sends all rows after a FeedReset, and again to a client that was cut before it had them', async () => {
    const { companies, filter } = await customers(2);
    const place = codec.decode(await ada.now(acme.id));
    const after = codec.encode({ ...place, epoch: crypto.randomUUID() });
    const stream = ada.follow(FOLLOW, { filter, after });
    const reset: Page = await stream.event();
    const pages = await pagesOf(stream);
    const afterCut = await pagesOf(ada.follow(FOLLOW, { filter, after: reset.cursor }));

    expect(reset).toMatchObject({ __typename: 'FeedReset', reason: 'EPOCH_CHANGED' });
    expect([companiesOf(pages), companiesOf(afterCut)]).toEqual([companies, companies]);
  });

  test('S: works over an event stream, which resumes with Last-Event-ID', async () => {
    const { companies, filter, name } = await customers(30);
    const asked = { query: FOLLOW, variables: { filter } };
    const source = await EventSource.open(installation.app.url, ada.token, asked);
    const sent = [await source.next(), await source.next()];
    source.cut();
    const [first, last] = sent;
    await ada.ask(CREATE, { company: `${name} while away` });
    const resume = async (lastEventId: string | null | undefined) => {
      const resumed = await EventSource.open(installation.app.url, ada.token, {
        ...asked,
        lastEventId: lastEventId ?? '',
      });
      const { result } = await resumed.next();
      resumed.cut();
      return result?.data?.customerChanged;
    };

    expect(companiesOf(sent.map(({ result }) => result?.data?.customerChanged as never))).toEqual(
      companies.toSorted(),
    );
    expect([await resume(first?.id), await resume(last?.id)]).toMatchObject([
      { __typename: 'CustomerSnapshot', page: 1, totalCount: 31 },
      { __typename: 'CustomerCreated', customer: { company: `${name} while away` } },
    ]);
  });
});

test('a crowd that subscribes together reads its rows once a second at most, and each receives all of them', async () => {
  const { companies, filter } = await customers(30);
  const readsOf = async () =>
    (await Scrape.of(installation.app.url)).value('lockstep_snapshot_read_seconds_count');
  const before = await readsOf();
  const begun = performance.now();
  const crowd = await Promise.all(Array.from({ length: 50 }, () => pagesOf(ada.follow(FOLLOW, { filter }))));

  expect(crowd.map(companiesOf)).toEqual(Array.from({ length: 50 }, () => companies.toSorted()));
  const seconds = Math.floor((performance.now() - begun) / 1_000);
  expect((await readsOf()) - before).toBeLessThanOrEqual(1 + seconds);
});

describe('a viewer whose rights change', () => {
  async function aCsrWith(permissions: readonly string[]) {
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const may = (next: readonly string[]) =>
      ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions: next } });
    await may(permissions);
    return { csr, may };
  }

  async function aCustomerWithNotes() {
    const made = await customers(1);
    await ada.ask(UPDATE, { id: made.ids[0], input: { internalNotes: 'late payer' } });
    return made;
  }

  test('X S: receives all rows again under the new rights: what was withdrawn is gone from them, what was given is there', async () => {
    const { filter } = await aCustomerWithNotes();
    const { csr, may } = await aCsrWith(['notes:read']);
    const stream = csr.follow(WITH_NOTES, { filter });
    const notesOf = async () => {
      const seen: unknown[] = [];
      for (;;) {
        const { data } = await stream.next();
        const item = data?.customerChanged as unknown as Page & { reason?: string };
        if (item.__typename === 'FeedPosition') return seen;
        seen.push(item.reason ?? item.nodes.map(({ internalNotes }) => internalNotes));
      }
    };

    const before = await notesOf();
    await may([]);
    const without = await notesOf();
    await may(['notes:read']);
    expect([before, without, await notesOf()]).toEqual([
      [['late payer']],
      ['RIGHTS_CHANGED', [null]],
      ['RIGHTS_CHANGED', ['late payer']],
    ]);
  });

  test('X S: receives them when it resumes, if the rights changed while it was offline', async () => {
    const { filter } = await aCustomerWithNotes();
    const { csr, may } = await aCsrWith(['notes:read']);
    const [page] = await pagesOf(csr.follow(WITH_NOTES, { filter }));
    await may([]);
    const resumed = csr.follow(WITH_NOTES, { filter, after: page?.cursor });
    const [reset, again] = [await resumed.next(), await resumed.next()];

    expect([reset.data, again.data]).toMatchObject([
      { customerChanged: { __typename: 'FeedReset', reason: 'RIGHTS_CHANGED' } },
      { customerChanged: { __typename: 'CustomerSnapshot', nodes: [{ internalNotes: null }] } },
    ]);
  });

  test('X: loses the stream with the right to it, as without a snapshot', async () => {
    const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const stream = support.follow(`subscription { planChanged(snapshot: true) { __typename } }`);
    await stream.take(2);
    await ada.ask('mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }', {
      id: support.userId,
    });
    expect((await stream.next()).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_REVOKED');
  });
});
