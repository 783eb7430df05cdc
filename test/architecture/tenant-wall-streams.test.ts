import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GraphQLSchema, getNamedType, isUnionType } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { schema } from '../../src/schema.ts';
import { mutate } from '../support/mutate.ts';
import type { Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { boldest, isClosedTo, type Rights, rightsOf, unlessClosed } from '../support/refused-roots.ts';
import { stirRows } from '../support/sample-rows.ts';
import { rowTypes, sampleOf } from '../support/samples.ts';
import type { Ids } from '../support/schema-values.ts';
import { documentOf, eventsOf, type RootField, rootFields, typesOf } from '../support/schema-walk.ts';
import { TwoTenants, WALKER_TITLES, type Walker } from '../support/two-tenants.ts';
import { untilEven } from '../support/until-even.ts';
import {
  type Attempt,
  differencesOf,
  idsOfNobody,
  leaksIn,
  plainAttemptsOn,
  variablesOf,
} from '../support/wall-checker.ts';

const DEPTH = 3;

const roots = rootFields(schema as GraphQLSchema).filter(({ operation }) => operation === 'subscription');

const streams = roots.map((root) => ({
  root,
  attempts: plainAttemptsOn(root).filter((attempt) => isOfUnion(root) || isTried(root, attempt)),
  documents: new Map(
    [null, ...typesOf(root.field)].map((type) => [
      type?.name,
      documentOf(schema, root, DEPTH, type?.value ?? null),
    ]),
  ),
}));

/**
 * Says whether a stream of one event is asked in a way. The stream of all events of the same rows is asked in every way,
 * and `change-fields.ts` gives both the same view and the same feed for the same arguments: so the filters of the one
 * need not be tried, nor ids together.
 */
function isTried(root: RootField, { chosen }: Attempt): boolean {
  if (chosen.some(isFilter)) return false;
  return chosen.length < 2 || !roots.some((other) => isOfAllEvents(other, root));
}

/**
 * Says whether a stream gives all events of the rows of that of one event: to the same viewers, of rows that are visible
 * to them by the same function, and for the same arguments. Only it can begin with a snapshot.
 */
function isOfAllEvents({ field }: RootField, { field: one }: RootField): boolean {
  const argumentsOf = (of: RootField['field']) =>
    of.args.flatMap(({ name, type }) => (name === 'snapshot' ? [] : [`${name}: ${type}`])).join();
  const [all, single] = [field.extensions.follow, one.extensions.follow];
  return (
    all?.snapshot !== undefined &&
    all.shows !== undefined &&
    all.rule === single?.rule &&
    all.shows.typeName === single.shows?.typeName &&
    all.shows.visibleTo === single.shows.visibleTo &&
    argumentsOf(field) === argumentsOf(one)
  );
}

/** Says whether a stream gives several kinds of events. */
function isOfUnion({ field }: RootField): boolean {
  return isUnionType(getNamedType(field.type)) || ['activityAdded', 'auditLogAdded'].includes(field.name);
}

function isFilter(path: string): boolean {
  return path.startsWith('filter.');
}

/** The events of the tenant's rows that samples change, or make and delete. */
function eventsOfStirring(): string[] {
  const union = schema.getType('AnyChange');
  if (!isUnionType(union)) throw new Error('`changes` is no union any more.');
  return rowTypes.flatMap((type) => {
    const { create, change, remove, needs = [] } = sampleOf(type);
    // Tenants of an organization, and organizations, change in the feeds of the levels above.
    if (needs.length === 0 || needs.includes('Organization')) return [];
    const verbs = eventsOf(union, type).map(({ name }) => ({
      name,
      isUpdate: /(Updated|Changed)$/.test(name),
    }));
    return verbs.filter(({ isUpdate }) => (isUpdate ? change : create && remove)).map(({ name }) => name);
  });
}

const NOBODY = idsOfNobody();
const MARKER = 'a marker of globex';
const AT_ONCE = 200;

/** One subscription: its document, and every result that it received. */
interface Followed {
  readonly variables: Variables;
  readonly results: string[];
}

/** The same subscription with acme's ids and with made-up ones, if it takes ids. */
interface Pair {
  /** Whether the rule of the field refuses the walker: then it is asked once. */
  readonly isClosed: boolean;
  readonly root: RootField;
  readonly theirs: Followed;
  readonly nobodys: Followed | null;
}

/** All subscriptions of one walker, on one socket. */
class Listener {
  readonly pairs: Pair[] = [];
  readonly #client: ReturnType<typeof createClient>;

  constructor(url: string, walker: Walker) {
    this.#client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${walker.person.token}` },
      retryAttempts: 0,
    });
  }

  /** Opens all subscriptions, as many together as a client may have. `begun` waits until earlier ones have begun. */
  async openAll(rights: Rights, acme: Ids, globex: Ids, begun: () => Promise<void>): Promise<void> {
    for (const { root, documents, attempts } of streams) {
      const isClosed = isClosedTo(rights, root);
      for (const attempt of isClosed ? boldest(attempts) : attempts) {
        const document = documents.get(attempt.enums.get('types')) as string;
        const follow = (ids: Ids) => this.#follow(document, variablesOf(root, attempt, ids, globex));
        const nobodys = attempt.foreign.size > 0 ? follow(NOBODY) : null;
        this.pairs.push({ root, isClosed, theirs: follow(acme), nobodys });
        if (this.pairs.length % AT_ONCE === 0) await begun();
      }
    }
    await begun();
  }

  /** Subscribes from `after` until the tenant's name is `marker`, and gives the results until then. */
  async until(marker: string, after: string, tenantId: string | undefined): Promise<string> {
    const document = `subscription ($after: Cursor, $id: ID) { changes(after: $after, tenantId: $id) {
      ... on TenantUpdated { tenant { name } } ... on CustomerUpdated { customer { company } } ... on UserUpdated { user { name } } } }`;
    const seen: string[] = [];
    for await (const result of this.#client.iterate({
      query: document,
      variables: { after, id: tenantId },
    })) {
      seen.push(JSON.stringify(result));
      if (seen.at(-1)?.includes(marker)) break;
      if (result.errors && !result.data) throw new Error(seen.at(-1));
    }
    return seen.join('\n');
  }

  #follow(query: string, variables: Variables): Followed {
    const results: string[] = [];
    const keep = (result: unknown) => results.push(JSON.stringify(result));
    this.#client.subscribe({ query, variables }, { next: keep, error: keep, complete: () => {} });
    return { variables, results };
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }
}

describeOnPostgres('the wall between tenants, in subscriptions', () => {
  let tenants: TwoTenants;
  const heard = new Map<string, Promise<Pair[]>>();

  beforeAll(async () => {
    tenants = await TwoTenants.start();
  });

  afterAll(() => tenants.stop());

  async function rename(id: string | undefined, name: string): Promise<void> {
    await mutate(tenants.installation.root, 'tenantUpdate', { id, input: { name } });
  }

  /** Gives the pairs of a walker, which listens once. */
  function heardBy(title: string): Promise<Pair[]> {
    const pairs = heard.get(title) ?? listen(tenants.walkers.get(title) as Walker);
    heard.set(title, pairs);
    return pairs;
  }

  /** Subscribes to every field, changes both tenants, and waits until all these changes must have been delivered. */
  async function listen(walker: Walker): Promise<Pair[]> {
    const { acme, globex, installation } = tenants;
    const after = await installation.root.now(globex.ids.Tenant);
    const listener = new Listener(installation.app.url, walker);
    // The marker's subscription begins last, on the same socket: its result follows those of the earlier subscriptions.
    const mark = async () => {
      const name = `${MARKER} ${crypto.randomUUID()}`;
      await rename(globex.ids.Tenant, name);
      await listener.until(name, after, globex.ids.Tenant);
    };
    try {
      await listener.openAll(await rightsOf(walker.person), acme.ids, globex.ids, mark);
      await stirRows(installation.root, acme.place);
      await stirRows(installation.root, globex.place);
      await mark();
      await mark();
      await untilPairsAreEven(listener.pairs);
      return listener.pairs;
    } finally {
      await listener.close();
    }
  }

  /** The results without markers and positions: how far a stream has come at a marker depends on timing. */
  const stirred = ({ results }: Followed) =>
    results.filter((one) => !one.includes(MARKER) && !one.includes('"__typename":"FeedPosition"'));

  const said = (followed: Followed) => stirred(followed).join('\n');

  /** Waits until both of each pair received the same number of results. If they never do, the comparison says where. */
  function untilPairsAreEven(pairs: readonly Pair[]): Promise<void> {
    const isUneven = ({ theirs, nobodys }: Pair) =>
      nobodys && stirred(theirs).length !== stirred(nobodys).length;
    const received = ({ theirs, nobodys }: Pair) => theirs.results.length + (nobodys?.results.length ?? 0);
    return untilEven({
      isEven: () => !pairs.some(isUneven),
      received: () => pairs.reduce((sum, pair) => sum + received(pair), 0),
    });
  }

  function faultsOf({ root: { field }, isClosed, theirs, nobodys }: Pair): string[] {
    const { acme } = tenants;
    const found = [
      ...(isClosed ? unlessClosed(field.name, said(theirs)) : []),
      ...leaksIn(said(theirs), JSON.stringify(theirs.variables), acme),
      ...(nobodys ? differencesOf([said(theirs), acme.ids], [said(nobodys), NOBODY]) : []),
    ];
    return found.map((fault) => `${field.name} ${JSON.stringify(theirs.variables)} ${fault}`);
  }

  test.each(WALKER_TITLES)(
    '%s receives nothing of another tenant by any subscription, and cannot tell its ids from made-up ones',
    async (title) => {
      const pairs = await heardBy(title);
      expect(pairs.flatMap(faultsOf)).toEqual([]);
    },
    600_000,
  );

  test('the comparison is not of empty streams: staff receives its own tenant’s changes by every kind of event', async () => {
    const pairs = await heardBy('TENANT_ADMIN');
    const received = pairs.map(({ theirs }) => said(theirs)).join('\n');
    const silent = eventsOfStirring()
      .map((name) => `"__typename":"${name}"`)
      .filter((event) => !received.includes(event));
    expect(silent).toEqual([]);
    expect(received).toContain(tenants.globex.canary);
  });
});
