import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Result } from '../support/stream.ts';

const FIELDS = 'id company phone internalNotes';
const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { cursor customer { id } userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!) {
  customerUpdate(id: $id, input: $input) { userErrors { message } } }`;
const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
const UPDATE_USER =
  'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }';
const LIST = `query ($filter: CustomerFilter) { customers(filter: $filter, first: 100) { nodes { ${FIELDS} } } }`;
const FOLLOW = `subscription ($after: Cursor, $filter: CustomerFilter) {
  customerChanged(after: $after, filter: $filter, snapshot: true) {
    __typename
    ... on CustomerSnapshot { page isLast nodes { ${FIELDS} } }
    ... on CustomerCreated { customer { ${FIELDS} } }
    ... on CustomerUpdated { customer { ${FIELDS} } }
    ... on CustomerDeleted { customerId }
  } }`;

/** The last customer that a run creates: every filter finds it, so it says that a stream has everything. */
const MARKER = { company: 'Alder the last', phone: '12' };
const FILTERS = [{}, { not: { phone: { startsWith: '2' } } }];

interface Row {
  readonly id: string;
}

interface Item {
  readonly __typename: string;
  readonly page?: number;
  readonly isLast?: boolean;
  readonly nodes?: readonly Row[];
  readonly customer?: Row;
  readonly customerId?: string;
}

/** Folds the items of a stream as a client does: keeps pages aside until the last one, and applies all else. */
class Fold {
  rows = new Map<string, Row>();
  cursor: string | null = null;
  /** The position of the rows; null while they are not complete. */
  seq: number | null = null;
  #aside = new Map<string, Row>();
  readonly #codec: CursorCodec;

  constructor(codec: CursorCodec) {
    this.#codec = codec;
  }

  take({ data, extensions }: Result): void {
    const item = data?.customerChanged as unknown as Item;
    if (!extensions?.cursor) throw new Error(`No cursor: ${JSON.stringify(data)}`);
    this.cursor = extensions.cursor;
    const { seq } = this.#codec.decode(this.cursor);
    if (item.nodes) this.#takePage(item, item.nodes, seq);
    else this.#takeChange(item, seq);
  }

  #takePage({ page, isLast }: Item, nodes: readonly Row[], seq: number): void {
    if (page === 1) this.#aside = new Map();
    for (const node of nodes) {
      expect(this.#aside.has(node.id)).toBe(false);
      this.#aside.set(node.id, node);
    }
    this.seq = isLast ? seq : null;
    if (isLast) this.rows = this.#aside;
  }

  #takeChange({ __typename, customer, customerId }: Item, seq: number): void {
    if (__typename === 'FeedReset') this.seq = null;
    if (this.seq === null) return;
    // A position may repeat that of the change before it, a change never does.
    expect(seq).toBeGreaterThanOrEqual(customer || customerId ? this.seq + 1 : this.seq);
    this.seq = seq;
    if (customer) this.rows.set(customer.id, customer);
    if (customerId) this.rows.delete(customerId);
  }
}

/** The test, on the nodes of one installation. */
function folds(
  nodesOf: (installation: Installation) => Promise<TestApp[]>,
  settings: Record<string, string>,
) {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let csr: TestUser;
  let codec: CursorCodec;
  let nodes: TestApp[];

  beforeAll(async () => {
    installation = await Installation.start(settings);
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    csr = await installation.aUser('CSR', { tenantId: acme.id });
    codec = new CursorCodec((await loadSecrets(installation.app.config)).cursors);
    nodes = await nodesOf(installation);
    const many = Array.from({ length: 30 }, (_, index) => ({
      company: `Alder ${index}`,
      phone: `${index % 3}`,
    }));
    await Promise.all(many.map((input) => create(input)));
  });

  afterAll(() => installation.stop());

  const contact = { contactName: 'O', email: 'o@x.test', internalNotes: 'canary' };

  async function create(input: object): Promise<{ id: string; seq: number }> {
    const { customerCreate } = await ada.ask(CREATE, { input: { ...contact, ...input } });
    return { id: customerCreate.customer.id, seq: codec.decode(customerCreate.cursor).seq };
  }

  async function listOf(person: Person, filter: object): Promise<Map<string, Row>> {
    const { data } = await person.run(LIST, { filter });
    return new Map((data.customers.nodes as Row[]).map((row) => [row.id, row]));
  }

  /** Follows until the rows are those of a position, resuming at another node after each cut. */
  async function followed(person: Person, filter: object, cuts: readonly number[], end: () => number) {
    const fold = new Fold(codec);
    for (let attempt = 0; ; attempt += 1) {
      const node = nodes[attempt % nodes.length] as TestApp;
      const stream = person.at(node).follow(FOLLOW, { filter, after: fold.cursor });
      for (let left = cuts[attempt] ?? Number.POSITIVE_INFINITY; left > 0; left -= 1) {
        fold.take(await stream.next());
        if (fold.seq !== null && fold.seq >= end()) return fold;
      }
      stream.cut();
    }
  }

  /** Writes and changes of rights, one after the other, while streams begin. */
  async function disturb(steps: readonly number[]): Promise<void> {
    for (const step of steps) await write(step);
  }

  async function write(step: number): Promise<void> {
    const ids = [...(await listOf(ada, {})).keys()];
    const id = ids[step % ids.length];
    const permissions = step % 2 === 0 ? ['notes:read'] : [];
    if (step % 5 === 0) await ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions } });
    else if (step % 5 === 1) await create({ company: `Birch ${step}`, phone: `${step % 3}` });
    else if (step % 5 === 2) await ada.ask(DELETE, { id });
    else await ada.ask(UPDATE, { id, input: { phone: step % 4 === 0 ? null : `${step % 3}` } });
  }

  test('S L D X: rows and changes fold to the list, whatever is written, whichever rights change and wherever a client is cut and resumes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1_000), { minLength: 6, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
        async (steps, cuts) => {
          let end = Number.POSITIVE_INFINITY;
          const viewers = [ada, csr].flatMap((person) => FILTERS.map((filter) => ({ person, filter })));
          const following = Promise.all(
            viewers.map(({ person, filter }) => followed(person, filter, cuts, () => end)),
          );
          await disturb(steps);
          end = (await create(MARKER)).seq;
          for (const [index, { rows }] of (await following).entries()) {
            const { person, filter } = viewers[index] as (typeof viewers)[number];
            expect(rows).toEqual(await listOf(person, filter));
          }
          await Promise.all([ada.leave(), csr.leave()]);
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });
}

describeOnPostgres('two nodes', () => {
  folds(async (installation) => [installation.app, await installation.anotherNode()], {});
});
