import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schema } from '../../src/schema.ts';
import { Installation, type TestUser } from '../support/installation.ts';
import { type PrintedLine, printedLines } from '../support/printed-tables.ts';
import { idFor, isIdentity, valueFor } from '../support/schema-values.ts';
import { argumentsOf, documentOf, type RootField, rootFields } from '../support/schema-walk.ts';
import { idsOfNobody } from '../support/wall-checker.ts';

const FILE = new URL('../../docs/who-sees-what.md', import.meta.url);
const NOBODY = idsOfNobody();
const GUARDED = [
  ['Customer', 'internalNotes'],
  ['User', 'attributes'],
] as const;

/** One row for each extent that a role may see, from the widest. */
type Rows = Readonly<Record<'all' | 'the organization’s' | 'the tenant’s' | 'the customer’s', string>>;

/** A sample of every extent, with a user of every role in the middle of it. */
class SamplePlace {
  readonly people = new Map<string, TestUser>();
  readonly rows = new Map<string, Rows>();
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  async fill(): Promise<void> {
    const { id: tenantId, organizationId } = await this.#installation.aTenant('Here');
    const sister = await this.#installation.anotherTenant(organizationId, 'Sister');
    const { id: elsewhere } = await this.#installation.aTenant('Elsewhere');
    const customers = {
      all: await this.#installation.aCustomer(elsewhere),
      'the organization’s': await this.#installation.aCustomer(sister),
      'the tenant’s': await this.#installation.aCustomer(tenantId),
      'the customer’s': await this.#installation.aCustomer(tenantId),
    };
    const customerId = customers['the customer’s'];
    const aUser = async (role: string, place: object) => (await this.#installation.aUser(role, place)).userId;
    this.rows.set('Customer', customers).set('User', {
      all: await aUser('CSR', { tenantId: elsewhere }),
      'the organization’s': await aUser('CSR', { tenantId: sister }),
      'the tenant’s': await aUser('CSR', { tenantId }),
      'the customer’s': await aUser('RESIDENT', { tenantId, customerId }),
    });
    for (const role of ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT']) await this.#settle(role, {});
    await this.#settle('ORGANIZATION_ADMIN', { organizationId });
    for (const role of ['TENANT_ADMIN', 'SUPPORT', 'CSR']) await this.#settle(role, { tenantId });
    for (const role of ['OWNER', 'MANAGER', 'RESIDENT']) await this.#settle(role, { tenantId, customerId });
  }

  async #settle(role: string, place: object): Promise<void> {
    this.people.set(role, await this.#installation.aUser(role, place));
  }

  /** Finds the extent that a user sees by asking for the rows one by one, from the widest. */
  async extentOf(typeName: string, person: TestUser): Promise<string> {
    const noun = typeName.charAt(0).toLowerCase() + typeName.slice(1);
    const own = typeName === 'User' ? { own: person.userId } : {};
    for (const [place, id] of Object.entries({ ...this.rows.get(typeName), ...own })) {
      const { data } = await person.run(`query ($id: ID!) { row: ${noun}(id: $id) { id } }`, { id });
      if (data?.row?.id === id) return place;
    }
    return '–';
  }
}

/** The codes of errors about the operation or its root field. Errors of fields within an answer are left out. */
function refusalsIn(body: string): string[] {
  const results = body.startsWith('{')
    ? [body]
    : [...body.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => data);
  return results
    .flatMap((result): Refusal[] => JSON.parse(result).errors ?? [])
    .filter(({ path }) => (path?.length ?? 0) <= 1)
    .map(({ extensions }) => extensions.code);
}

/** The body of an answer; of a stream its first event, because one that may be followed does not end. */
async function firstOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (/^data: .+\n/m.test(text)) break;
  }
  return text;
}

interface Refusal {
  readonly path?: readonly unknown[];
  readonly extensions: { readonly code: string };
}

describe('docs/who-sees-what.md agrees with the server on', () => {
  let installation: Installation;
  let place: SamplePlace;
  let lines: PrintedLine[];

  beforeAll(async () => {
    installation = await Installation.start();
    place = new SamplePlace(installation);
    await place.fill();
    lines = await printedLines(FILE);
  });

  afterAll(() => installation.stop());

  /** The cell of one role in the only line whose title matches. */
  function cellOf(title: RegExp, role: string): string {
    const found = lines.filter((line) => title.test(line.title));
    expect([title, found.length]).toEqual([title, 1]);
    return found[0]?.cells.get(role) ?? '';
  }

  const roles = () => [...place.people];

  /** Starts an operation that can have no effect: its ids and its cursor are of no row. */
  async function codesOf(root: RootField, person: TestUser): Promise<string[]> {
    const query = documentOf(schema, root, 1);
    const variables = argumentsOf(
      root,
      root.field.extensions.listen || root.field.extensions.observe ? ['tenantId'] : ['after'],
      (leaf) => (isIdentity(leaf) ? idFor(leaf, NOBODY) : valueFor(leaf)),
    );
    const response = await fetch(`${installation.app.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: root.operation === 'subscription' ? 'text/event-stream' : 'application/json',
        authorization: `Bearer ${person.token}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    return refusalsIn(await firstOf(response));
  }

  /** The differences between server and file about which roles may begin an operation with one of these root fields. */
  async function differencesOf(roots: readonly RootField[], verb: string): Promise<string[]> {
    const found: string[] = [];
    for (const root of roots) {
      const differences = roles().map(async ([role, person]) => {
        const codes = await codesOf(root, person);
        const cell = cellOf(new RegExp(`^${verb} .*\`${root.field.name}\``), role);
        const isFair = !codes.some((code) => code.startsWith('GRAPHQL_'));
        return !isFair || codes.includes('FORBIDDEN') !== (cell === '–')
          ? [`${role} ${root.field.name}: ${cell} against ${codes}`]
          : [];
      });
      found.push(...(await Promise.all(differences)).flat());
    }
    return found;
  }

  test('which rows each role sees, of customers and of users', async () => {
    for (const typeName of place.rows.keys()) {
      for (const [role, person] of roles()) {
        const said = [typeName, role, cellOf(new RegExp(`^${typeName}$`), role)];
        expect([typeName, role, await place.extentOf(typeName, person)]).toEqual(said);
      }
    }
  });

  test('which fields of those rows each role reads', async () => {
    for (const [typeName, field] of GUARDED) {
      for (const [role, person] of roles()) {
        const id = place.rows.get(typeName)?.['the customer’s'];
        const noun = typeName.toLowerCase();
        const answer = await person.run(`query ($id: ID!) { row: ${noun}(id: $id) { ${field} } }`, { id });
        const isRead = answer.data?.row != null && !answer.errors;
        const cell = cellOf(new RegExp(`^Field of ${typeName} .*\`${field}\``), role);
        expect([typeName, field, role, isRead]).toEqual([typeName, field, role, cell === '✓']);
      }
    }
  });

  test('which queries without rows each role may ask', async () => {
    const isNamed = ({ field }: RootField) =>
      lines.some(({ title }) => title.startsWith('Query ') && title.includes(`\`${field.name}\``));
    const roots = rootFields(schema).filter((root) => root.operation === 'query' && isNamed(root));
    expect(await differencesOf(roots, 'Query')).toEqual([]);
  });

  test('which mutations each role may call', async () => {
    const roots = rootFields(schema).filter(({ operation }) => operation === 'mutation');
    // The mutations that every role may call end or change the session of the call.
    const isForAll = ({ field }: RootField) =>
      roles().every(([role]) => cellOf(new RegExp(`^Mutation .*\`${field.name}\``), role) === '✓');
    const guarded = roots.filter((root) => !isForAll(root));
    expect(guarded.length).toBeGreaterThan(15);
    expect(await differencesOf(guarded, 'Mutation')).toEqual([]);
  });

  test('which streams each role may follow', async () => {
    const roots = rootFields(schema).filter(
      ({ operation, field }) => operation === 'subscription' && field.name !== 'changes',
    );
    expect(await differencesOf(roots, 'Subscription')).toEqual([]);
  });
});
