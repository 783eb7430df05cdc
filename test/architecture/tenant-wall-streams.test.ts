import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GraphQLSchema, getNamedType, isUnionType } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { schema } from '../../src/schema.ts';
import type { Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Ids } from '../support/schema-values.ts';
import { documentOf, type RootField, rootFields } from '../support/schema-walk.ts';
import { type Populated, TwoTenants, WALKER_TITLES, type Walker } from '../support/two-tenants.ts';
import {
  differencesOf,
  idsOfNobody,
  leaksIn,
  plainAttemptsOn,
  variablesOf,
} from '../support/wall-checker.ts';

const DEPTH = 3;
/** Everything at once is too long a document for that. */
const DEPTH_OF_EVERYTHING = 2;

const streams = rootFields(schema as GraphQLSchema)
  .filter(({ operation }) => operation === 'subscription')
  .map((root) => ({
    root,
    document: documentOf(schema, root, root.field.name === 'changes' ? DEPTH_OF_EVERYTHING : DEPTH),
    attempts: plainAttemptsOn(root).filter(({ chosen }) => isOfUnion(root) || !chosen.some(isFilter)),
  }));

/** One event of an entity is chosen by the same view as all of them: what a filter can tell is tried with these. */
function isOfUnion({ field }: RootField): boolean {
  return isUnionType(getNamedType(field.type)) || field.name === 'auditLogAdded';
}

function isFilter(path: string): boolean {
  return path.startsWith('filter.');
}

const NOBODY = idsOfNobody();
const MARKER = 'a marker of globex';
const AT_ONCE = 50;
/** How long what is due to both of a pair may be on its way to one of them, on a busy machine. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 5;

/** One subscription: what was asked, and every result that came of it. */
interface Followed {
  readonly variables: Variables;
  readonly results: string[];
}

/** The same subscription about acme's ids and about made-up ones, if it names any. */
interface Pair {
  readonly root: RootField;
  readonly theirs: Followed;
  readonly nobodys: Followed | null;
}

/** All subscriptions of one walker, over one socket. */
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

  /** Opens everything, so many at a time as one client may have; `begun` waits until those before have begun. */
  async openAll(acme: Ids, globex: Ids, begun: () => Promise<void>): Promise<void> {
    for (const { root, document, attempts } of streams) {
      for (const attempt of attempts) {
        const follow = (ids: Ids) => this.#follow(document, variablesOf(root, attempt, ids, globex));
        const nobodys = attempt.foreign.size > 0 ? follow(NOBODY) : null;
        this.pairs.push({ root, theirs: follow(acme), nobodys });
        if (this.pairs.length % AT_ONCE === 0) await begun();
      }
    }
    await begun();
  }

  /** Follows everything from `after` on until the tenant's name is `marker`, and says what came until then. */
  async until(marker: string, after: string, tenantId: string): Promise<string> {
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

describeOnPostgres('the wall between tenants, for whoever follows', () => {
  let tenants: TwoTenants;

  beforeAll(async () => {
    tenants = await TwoTenants.start();
  });

  afterAll(() => tenants.stop());

  async function change(noun: string, id: string, input: object): Promise<void> {
    const type = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}UpdateInput`;
    await tenants.installation.root.ask(
      `mutation ($id: ID!, $input: ${type}!) { ${noun}Update(id: $id, input: $input) { userErrors { message } } }`,
      { id, input },
    );
  }

  /** Changes a row of every kind, and makes and deletes some. */
  async function stir({ ids, canary }: Populated): Promise<void> {
    const text = `${canary} stirred ${crypto.randomUUID()}`;
    const email = `${crypto.randomUUID()}@lockstep.test`;
    await change('organization', ids.organization, { name: text });
    await change('plan', ids.plan, { name: text });
    await change('customer', ids.customer, { company: text, owner: text, internalNotes: text });
    await change('user', ids.user, { name: text });
    await change('property', ids.property, { name: text, address: text });
    await change('unit', ids.unit, { label: crypto.randomUUID() });
    await change('payment', ids.payment, { reference: text });
    await change('maintenanceRequest', ids.maintenanceRequest, { title: text, description: text });
    await change('attribute', ids.attribute, { description: text });
    await change('fileAccessPolicy', ids.fileAccessPolicy, { name: text });
    const { root } = tenants.installation;
    const made = await root.ask(
      `mutation ($customer: CustomerCreateInput!, $plan: PlanCreateInput!, $user: UserCreateInput!) {
         customer: customerCreate(input: $customer) { id: customerId userErrors { message } }
         plan: planCreate(input: $plan) { id: planId userErrors { message } }
         user: userCreate(input: $user) { id: userId userErrors { message } } }`,
      {
        customer: { tenantId: ids.tenant, company: text, owner: text, email },
        plan: {
          tenantId: ids.tenant,
          name: `${text} too`,
          monthlyPrice: { amountMinor: 1, currency: 'EUR' },
        },
        user: { tenantId: ids.tenant, name: text, email, role: 'CSR' },
      },
    );
    await root.ask(
      `mutation ($customer: ID!, $plan: ID!, $user: ID!) {
         customerDelete(id: $customer) { userErrors { message } }
         planDelete(id: $plan) { userErrors { message } }
         userDelete(id: $user) { userErrors { message } } }`,
      { customer: made.customer.id, plan: made.plan.id, user: made.user.id },
    );
    await makeAndDeletePolicy(ids.tenant, text);
    await change('tenant', ids.tenant, { name: text });
  }

  /** And an attribute, whose verbs have other words. */
  async function makeAndDeletePolicy(tenantId: string, text: string): Promise<void> {
    const { root } = tenants.installation;
    const made = await root.ask(
      `mutation ($attribute: AttributeAddInput!, $policy: FileAccessPolicyCreateInput!) {
         attribute: attributeAdd(input: $attribute) { id: attributeId userErrors { message } }
         policy: fileAccessPolicyCreate(input: $policy) { id: fileAccessPolicyId userErrors { message } } }`,
      {
        attribute: { tenantId, name: `stirred-${crypto.randomUUID()}`, description: text },
        policy: { tenantId, name: text, filePattern: '**', condition: 'true', effect: 'ALLOW' },
      },
    );
    await root.ask(
      `mutation ($attribute: ID!, $policy: ID!) {
         attributeRemove(id: $attribute) { userErrors { message } }
         fileAccessPolicyDelete(id: $policy) { userErrors { message } } }`,
      { attribute: made.attribute.id, policy: made.policy.id },
    );
  }

  /** Follows everything, lets both tenants change, and waits until everything of that must have come. */
  async function listen(walker: Walker): Promise<Pair[]> {
    const { acme, globex, installation } = tenants;
    const after = await installation.root.now(globex.ids.tenant);
    const listener = new Listener(installation.app.url, walker);
    // Asked for behind all that was opened, over the same socket: when it comes, so has what came before.
    const mark = async () => {
      const name = `${MARKER} ${crypto.randomUUID()}`;
      await change('tenant', globex.ids.tenant, { name });
      await listener.until(name, after, globex.ids.tenant);
    };
    try {
      await listener.openAll(acme.ids, globex.ids, mark);
      await stir(acme);
      await stir(globex);
      await mark();
      await mark();
      await untilEven(listener.pairs);
      return listener.pairs;
    } finally {
      await listener.close();
    }
  }

  /** What was received of the stirring: how far each stream had come at which marker is up to the moment. */
  const stirred = ({ results }: Followed) =>
    results.filter((one) => !one.includes(MARKER) && !one.includes('"__typename":"FeedPosition"'));

  const said = (followed: Followed) => stirred(followed).join('\n');

  /** Waits until both of each pair were told equally much; if they never are, the comparison says which. */
  async function untilEven(pairs: readonly Pair[]): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const isUneven = ({ theirs, nobodys }: Pair) =>
      nobodys && stirred(theirs).length !== stirred(nobodys).length;
    while (pairs.some(isUneven) && performance.now() < deadline) await pause(LOOK_MS);
  }

  function faultsOf({ root: { field }, theirs, nobodys }: Pair): string[] {
    const { acme } = tenants;
    const found = [
      ...leaksIn(said(theirs), JSON.stringify(theirs.variables), acme),
      ...(nobodys ? differencesOf([said(theirs), acme.ids], [said(nobodys), NOBODY]) : []),
    ];
    return found.map((fault) => `${field.name} ${JSON.stringify(theirs.variables)} ${fault}`);
  }

  test.each(WALKER_TITLES)(
    '%s receives nothing of another tenant by any subscription, and cannot tell its ids from made-up ones',
    async (title) => {
      const pairs = await listen(tenants.walkers.get(title) as Walker);
      expect(pairs.flatMap(faultsOf)).toEqual([]);
    },
    600_000,
  );

  test('what was followed was not silence: staff receives its own tenant’s changes by every kind of event', async () => {
    const pairs = await listen(tenants.walkers.get('TENANT_ADMIN') as Walker);
    const received = pairs.map(({ theirs }) => said(theirs)).join('\n');
    const kinds = ['Customer', 'Plan', 'User', 'FileAccessPolicy'];
    const events = [
      ...kinds.flatMap((noun) => ['Created', 'Updated', 'Deleted'].map((verb) => `${noun}${verb}`)),
      ...['AttributeAdded', 'AttributeUpdated', 'AttributeRemoved'],
    ].map((name) => `"__typename":"${name}"`);
    expect(events.filter((event) => !received.includes(event))).toEqual([]);
    expect(received).toContain(`${tenants.globex.canary} stirred`);
  });
});
