import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestApp } from '../support/app.ts';
import { EventSource } from '../support/event-source.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';

const CREATED = `subscription ($after: Cursor) { customerCreated(after: $after) { cursor customer { company } } }`;
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { cursor userErrors { message } } }';

function twoNodes(settings: () => Record<string, string>): void {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let other: TestApp;

  beforeAll(async () => {
    installation = await Installation.start(settings());
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    other = await installation.anotherNode(settings());
  });

  afterAll(() => installation.stop());

  async function add(...companies: string[]): Promise<void> {
    for (const company of companies) await ada.ask(CREATE, { company });
  }

  test('L O D: a subscription that was cut resumes at another node after its cursor, once and in order', async () => {
    const feed = ada.follow(CREATED, { after: await ada.now(acme.id) });
    await add('Alder');
    const { extensions } = await feed.next();
    feed.cut();

    await add('Birch');
    const resumed = ada.at(other).follow(CREATED, { after: extensions?.cursor });
    const [missed] = await resumed.take(1);
    await add('Cedar');

    expect([missed, ...(await resumed.take(1))]).toMatchObject([
      { customer: { company: 'Birch' } },
      { customer: { company: 'Cedar' } },
    ]);
  });

  test('L O D: an event stream resumes at another node with Last-Event-ID', async () => {
    const variables = { after: await ada.now(acme.id) };
    const feed = await EventSource.open(installation.app.url, ada.token, { query: CREATED, variables });
    await add('Elm');
    const { id } = await feed.next();
    feed.cut();

    await add('Fir');
    const again = { query: CREATED, variables, lastEventId: id ?? '' };
    const resumed = await EventSource.open(other.url, ada.token, again);
    const [missed] = await resumed.take(1);
    await add('Ginkgo');
    const events = [missed, ...(await resumed.take(1))];
    resumed.cut();

    expect(events.map((event) => event?.result?.data)).toMatchObject([
      { customerCreated: { customer: { company: 'Fir' } } },
      { customerCreated: { customer: { company: 'Ginkgo' } } },
    ]);
  });

  test('L: a subscription from the cursor of a write works immediately at a node that has not read the write yet', async () => {
    const quiet = ada.at(other).follow(CREATED);
    for (const company of ['Hazel', 'Iris', 'Juniper']) {
      const { customerCreate } = await ada.ask(CREATE, { company });
      const follower = ada.at(other).follow(CREATED, { after: customerCreate.cursor });
      await add(`${company} II`);
      expect(await follower.event()).toMatchObject({ customer: { company: `${company} II` } });
    }
    await quiet.close();
  });

  test('O: subscriptions at both nodes receive the writes of both in one order', async () => {
    const after = await ada.now(acme.id);
    const here = ada.follow(CREATED, { after });
    const there = ada.at(other).follow(CREATED, { after });

    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const write = async (person: { ask: TestUser['ask'] }, node: string) => {
      for (const name of names) await person.ask(CREATE, { company: `${node}${name}` });
    };
    await Promise.all([write(ada, 'a'), write(ada.at(other), 'b')]);
    const [seenHere, seenThere] = await Promise.all([here.take(40), there.take(40)]);

    const companies = seenHere.map(({ customer: { company } }: { customer: { company: string } }) => company);
    expect({ seenThere, distinct: new Set(companies).size }).toEqual({ seenThere: seenHere, distinct: 40 });
    const of = (node: string) => companies.filter((company) => company.startsWith(node));
    expect([of('a'), of('b')]).toEqual(['a', 'b'].map((node) => names.map((name) => `${node}${name}`)));
  });
}

describeOnPostgres('two nodes', () => {
  // The poll is slow here, so these tests depend on wake-ups.
  describeOnRedis('with Redis', () =>
    twoNodes(() => ({ REDIS_URL: process.env.TEST_REDIS_URL ?? '', POLL_INTERVAL_MS: '20000' })),
  );

  describe('with an unavailable Redis', () =>
    twoNodes(() => ({ REDIS_URL: 'redis://127.0.0.1:1', POLL_INTERVAL_MS: '100' })));

  describe('without Redis', () => twoNodes(() => ({ POLL_INTERVAL_MS: '100' })));
});
