import { describe, expect, test } from '@jest/globals';
import { StatementWatch } from '../../bench/support/watched-statements.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import type { Stream } from '../support/stream.ts';

// Before the server opens its connections.
const watch = new StatementWatch(/FROM "public"."customer"/);
const { installation, acme, ada, gus } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gus: 'TENANT_ADMIN' } },
  { WS_MAX_SOCKETS_PER_USER: '100' },
);

const ROW = '{ id version company contactName email status memberCount }';
const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { cursor customer { id } userErrors { message } } }`;
const UPDATE =
  'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { userErrors { message } } }';
const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
const LIST = `query ($filter: CustomerFilter, $orderBy: [CustomerOrder!], $first: Int) {
  customers(filter: $filter, orderBy: $orderBy, first: $first) { nodes ${ROW} } }`;
const FOLLOW = `subscription ($after: Cursor, $filter: CustomerFilter, $orderBy: [CustomerOrder!], $first: Int, $snapshot: Boolean = true) {
  customerChanged(after: $after, filter: $filter, orderBy: $orderBy, first: $first, snapshot: $snapshot) {
    __typename
    ... on CustomerSnapshot { cursor page isLast totalCount nodes ${ROW} }
    ... on CustomerPlaced { cursor behindId entered customer ${ROW} event { changedFields actor { id } } }
    ... on CustomerDeleted { cursor customerId goneReason }
    ... on FeedReset { cursor reason }
    ... on FeedPosition { cursor }
  } }`;

interface Item {
  readonly __typename: string;
  readonly cursor: string;
  readonly page: number;
  readonly isLast: boolean;
  readonly nodes: readonly Row[];
  readonly customer: Row;
  readonly behindId: string | null;
  readonly customerId: string;
  readonly reason: string;
}

interface Row {
  readonly id: string;
  readonly company: string;
}

/** Customers whose company begins with a name, and the filter that finds them. */
async function customers(...suffixes: string[]) {
  const name = crypto.randomUUID();
  const create = async (suffix: string, more: object = {}): Promise<string> => {
    const input = { company: `${name} ${suffix}`, contactName: 'O', email: 'o@x.test', ...more };
    return (await ada.ask(CREATE, { input })).customerCreate.customer.id;
  };
  const ids: string[] = [];
  for (const suffix of suffixes) ids.push(await create(suffix));
  return {
    ids,
    create,
    filter: { company: { startsWith: name } },
    rename: (id: string | undefined, suffix: string) =>
      ada.ask(UPDATE, { id, input: { company: `${name} ${suffix}` } }),
    suffixes: (rows: readonly Row[]) => rows.map(({ company }) => company.slice(name.length + 1)),
  };
}

const update = (id: string | undefined, input: object) => ada.ask(UPDATE, { id, input });
const remove = (id: string | undefined) => ada.ask(DELETE, { id });

/** Folds a window as a client does. */
class Folded {
  rows: Row[] = [];
  cursor: string | undefined;
  pages = 0;
  resets: string[] = [];
  readonly #stream: Stream;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** Takes what arrives up to the next position. */
  async toPosition(): Promise<this> {
    for (;;) {
      const { data, errors, extensions } = await this.#stream.next();
      if (errors && !data) throw new Error(JSON.stringify(errors));
      const item = data?.customerChanged as unknown as Item;
      this.cursor = extensions?.cursor ?? this.cursor;
      if (item.__typename === 'FeedPosition') return this;
      this.take(item);
    }
  }

  /** Takes items until the rows are as wanted. */
  async until(wanted: (rows: readonly Row[]) => boolean): Promise<readonly Row[]> {
    while (!wanted(this.rows)) {
      const { data, extensions } = await this.#stream.next();
      this.take(data?.customerChanged as unknown as Item);
      this.cursor = extensions?.cursor ?? this.cursor;
    }
    return this.rows;
  }

  take(item: Item): void {
    if (item.__typename === 'CustomerSnapshot') {
      if (item.page === 1) this.rows = [];
      this.rows.push(...item.nodes);
      this.pages += 1;
    } else if (item.__typename === 'FeedReset') {
      this.resets.push(item.reason);
    } else if (item.__typename === 'CustomerDeleted') {
      this.rows = this.rows.filter(({ id }) => id !== item.customerId);
    } else if (item.__typename === 'CustomerPlaced') {
      this.rows = this.rows.filter(({ id }) => id !== item.customer.id);
      const behind = this.rows.findIndex(({ id }) => id === item.behindId);
      this.rows.splice(item.behindId === null ? 0 : behind + 1, 0, item.customer);
    }
  }
}

const windowOf = (person: Person, variables: object) => new Folded(person.follow(FOLLOW, { ...variables }));

async function fresh(person: Person, variables: object): Promise<readonly Row[]> {
  return (await person.run(LIST, { ...variables })).data.customers.nodes;
}

describe('a window is refused', () => {
  const refusal = async (person: Person, variables: object) =>
    (await person.follow(FOLLOW, { ...variables }).next()).errors?.[0];

  test('with a size that is not allowed: the error names the argument and its range', async () => {
    for (const first of [0, -1, 101]) {
      expect(await refusal(ada, { first })).toMatchObject({
        message: 'Argument "first": from 1 to 100.',
        extensions: { code: 'BAD_USER_INPUT', rule: 'WINDOW_SIZE' },
      });
    }
  });

  test('with an order and no size, with a size and no snapshot, and with an order that no list takes', async () => {
    const orderBy = [{ field: 'COMPANY' }];
    const rules = await Promise.all(
      [
        { orderBy },
        { first: 1, snapshot: false },
        { orderBy, snapshot: false },
        { first: 1, orderBy: [...orderBy, ...orderBy] },
      ].map(async (variables) => (await refusal(ada, variables))?.extensions.rule),
    );
    expect(rules).toEqual([
      'ORDER_WITHOUT_WINDOW',
      'WINDOW_WITHOUT_SNAPSHOT',
      'ORDER_WITHOUT_WINDOW',
      'ORDERED_TWICE',
    ]);
  });

  test('to a client that has not signed in', async () => {
    expect((await refusal(installation.stranger(), { first: 1 }))?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('a window', () => {
  test('S: begins with the first rows in order, and says of each change who left, why, and where the others stand', async () => {
    const { ids, filter, create, rename, suffixes } = await customers('D', 'C', 'B', 'A');
    const [d, c, b, a] = ids;
    const stream = ada.follow(FOLLOW, { filter, first: 3 });
    const page: Item = await stream.event();
    expect([suffixes(page.nodes), page.isLast]).toEqual([['A', 'B', 'C'], true]);
    await stream.event();

    await remove(b);
    expect(await stream.take(2)).toMatchObject([
      { __typename: 'CustomerDeleted', customerId: b, goneReason: 'GONE' },
      { __typename: 'CustomerPlaced', customer: { id: d }, behindId: c, entered: true, event: null },
    ]);
    await rename(c, 'AA');
    expect(await stream.event()).toMatchObject({
      __typename: 'CustomerPlaced',
      behindId: a,
      entered: false,
      event: { changedFields: ['company'], actor: { id: ada.userId } },
    });
    // A, AA | D is what is left: AB pushes D out.
    const ab = await create('AB');
    const [pushed, placed] = [await stream.next(), await stream.next()];
    expect([pushed.data, placed.data]).toMatchObject([
      { customerChanged: { customerId: d, goneReason: 'OUTSIDE' } },
      { customerChanged: { customer: { id: ab }, behindId: c, entered: true } },
    ]);
    expect([pushed.extensions?.cursor, typeof placed.extensions?.cursor]).toEqual([undefined, 'string']);
    await update(ab, { company: 'elsewhere' });
    expect(await stream.event()).toMatchObject({ customerId: ab, goneReason: 'FILTERED' });
  });

  test('X: has no row of another tenant, and says nothing of its changes', async () => {
    const { ids, filter, rename } = await customers('A', 'B');
    const foreign = await windowOf(gus, { filter, first: 3 }).toPosition();
    await rename(ids[0], 'C');
    expect(foreign.rows).toEqual([]);
  });

  test('L D: resumes without rows if nothing of it changed, with all of its rows if something did, and no reset', async () => {
    const { ids, filter, rename, suffixes } = await customers('A', 'B', 'C');
    const variables = { filter, first: 2 };
    const { cursor: after } = await windowOf(ada, variables).toPosition();
    await rename(ids[2], 'D');
    const untouched = await windowOf(ada, { ...variables, after }).toPosition();
    await rename(ids[2], 'AA');
    await ada.leave();
    const touched = await windowOf(ada, { ...variables, after }).toPosition();
    expect([untouched.pages, touched.pages, touched.resets]).toEqual([0, 1, []]);
    expect(suffixes(touched.rows)).toEqual(['A', 'AA']);
  });

  test('L: is sent its rows after the cursor of a query, and again with a reset after that of another window', async () => {
    const { filter } = await customers('A', 'B');
    const after = await ada.now(acme.id);
    expect((await windowOf(ada, { filter, first: 1, after }).toPosition()).pages).toBe(1);
    const { cursor } = await windowOf(ada, { filter, first: 1 }).toPosition();
    const wider = await windowOf(ada, { filter, first: 2, after: cursor }).toPosition();
    expect([wider.resets, wider.rows.length]).toEqual([['RIGHTS_CHANGED'], 2]);
  });

  test('X S: is sent its rows again when the rights of its viewer change', async () => {
    const { ids, filter } = await customers('A');
    await update(ids[0], { internalNotes: 'late payer' });
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const may = (permissions: readonly string[]) =>
      ada.ask(
        'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }',
        { id: csr.userId, input: { permissions } },
      );
    await may(['notes:read']);
    const withNotes = FOLLOW.replaceAll('{ id version', '{ internalNotes id version');
    const folded = new Folded(csr.follow(withNotes, { filter, first: 1 }));
    const notes = async () =>
      ((await folded.toPosition()).rows[0] as Row & { internalNotes: string }).internalNotes;
    expect(await notes()).toBe('late payer');
    await may([]);
    expect([await notes(), folded.resets]).toEqual([null, ['RIGHTS_CHANGED']]);
  });

  test('a whole list says of a row that left whether it is gone or filtered out', async () => {
    const { ids, filter } = await customers('A', 'B');
    const stream = ada.follow(FOLLOW, { filter });
    await stream.take(2);
    await update(ids[0], { company: 'elsewhere' });
    await remove(ids[1]);
    expect(await stream.take(2)).toMatchObject([
      { customerId: ids[0], goneReason: 'FILTERED' },
      { customerId: ids[1], goneReason: 'GONE' },
    ]);
  });
});

describe('the cost of windows', () => {
  test('a crowd that begins together reads the rows once, a change within or outside reads nothing, and many that leave read once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => String.fromCharCode(65 + index));
    const { ids, filter, rename, suffixes } = await customers(...names);
    const variables = { filter, first: 3 };
    const crowd: Folded[] = [];
    const reads = async (work: () => Promise<unknown>) =>
      (await watch.during(work)).filter(({ text }) => /ORDER BY .* LIMIT/s.test(text)).length;
    const begun = await reads(async () => {
      crowd.push(...Array.from({ length: 20 }, () => windowOf(ada, variables)));
      await Promise.all(crowd.map((one) => one.toPosition()));
    });
    const all = (wanted: string) =>
      Promise.all(crowd.map((one) => one.until((rows) => suffixes(rows).join('') === wanted)));
    const within = await reads(async () => {
      await rename(ids[19], 'Z');
      await rename(ids[0], 'BB');
      await all('BBBC');
    });
    const one = ids.slice(1, 14);
    const leaving = await reads(async () => {
      for (const id of one) await remove(id);
      await all('BBOP');
    });
    expect({ begun, within, leaving }).toEqual({ begun: 1, within: 0, leaving: 1 });
  });
});

test('S: a window equals a fresh query of the database after random changes, in every order that the list has', async () => {
  const { ids, filter, create, rename } = await customers(...'HGFEDCBA');
  const orders = [
    [{ field: 'COMPANY', direction: 'DESC' }],
    [
      { field: 'STATUS', direction: 'ASC' },
      { field: 'EMAIL', direction: 'DESC' },
    ],
    [{ field: 'CONTACT_NAME', direction: 'ASC' }],
    [{ field: 'UPDATED_AT', direction: 'DESC' }],
    [
      { field: 'MEMBER_COUNT', direction: 'ASC' },
      { field: 'CREATED_AT', direction: 'DESC' },
    ],
  ];
  const windows = orders.map((orderBy) => ({
    orderBy,
    folded: windowOf(ada, { filter, orderBy, first: 5 }),
  }));
  for (const { folded } of windows) await folded.toPosition();
  const names = ['a', 'Ä', 'ä', 'z', '\u{1F600}', '\uFF5E', 'A'];
  const acts = [
    async (name: string, number: number) => ids.push(await create(`${name}${number}`, { status: 'ACTIVE' })),
    (_name: string, number: number) => remove(ids.splice(number % ids.length, 1)[0]),
    (name: string, number: number) =>
      update(idAt(number), { contactName: name, email: `${number % 3}@x.test` }),
    (_name: string, number: number) =>
      update(idAt(number), { status: number % 4 === 1 ? 'TRIAL' : 'ACTIVE' }),
    (name: string, number: number) => rename(idAt(number), name),
    (name: string, number: number) => rename(idAt(number + 2), name),
  ];
  const idAt = (number: number) => ids[(number * 7 + 3) % ids.length];
  for (let number = 0; number < 60; number += 1) {
    await acts[number % acts.length]?.(names[number % names.length] ?? '', number);
    for (const { orderBy, folded } of windows) {
      const now = JSON.stringify(await fresh(ada, { filter, orderBy, first: 5 }));
      expect(JSON.stringify(await folded.until((rows) => JSON.stringify(rows) === now))).toBe(now);
    }
  }
  watch.stop();
});
