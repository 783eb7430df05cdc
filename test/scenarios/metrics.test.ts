import { describe, expect, test } from '@jest/globals';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { Installation } from '../support/installation.ts';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const FOLLOW = 'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { company } } }';
const FOLLOW_ALL =
  'subscription ($after: Cursor) { customerChanged(after: $after) { __typename ... on FeedReset { reason } } }';
const RENAME =
  'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }';
const COMPANY = 'Canary Homes';

// The poll is so slow that every change is found by a wake-up.
const { installation, acme, ada, bob, agent } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', bob: 'TENANT_ADMIN', agent: 'CSR' } },
  { POLL_INTERVAL_MS: '60000' },
);
const { url } = installation.app;
const admins = [ada, bob] as const;
const customerId = await installation.aCustomer(acme.id);

/** The growth of each series between two scrapes. */
function growth(before: Scrape, after: Scrape, series: readonly string[]): number[] {
  return series.map((one) => after.value(one) - before.value(one));
}

function seriesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/ \S+$/, ''));
}

/** The growth of each label of a metric between two scrapes, without those that have not grown. */
function growthOf(metric: string, before: Scrape, after: Scrape): Record<string, number> {
  const earlier = before.byLabel(metric);
  const grown = Object.entries(after.byLabel(metric)).map(([label, count]) => {
    return [label, count - (earlier[label] ?? 0)] as const;
  });
  return Object.fromEntries(grown.filter(([, by]) => by !== 0));
}

test('no series names a tenant, feed, user or document: a scrape holds none of their ids, names or texts', async () => {
  const before = await Scrape.of(url);
  const stream = admins[0].follow(FOLLOW, { after: await admins[0].now(acme.id) });
  await agent.run('query Wrong { viewer { canaryField } }');
  await agent.run(RENAME, { id: crypto.randomUUID(), company: COMPANY });
  await installation.root.ask(RENAME, { id: customerId, company: COMPANY });
  await stream.event();
  await stream.close();

  const { text } = await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 0);
  const { tenant } = await installation.root.ask('query ($id: ID!) { tenant(id: $id) { slug name } }', {
    id: acme.id,
  });
  const secrets = [
    acme.id,
    acme.organizationId,
    customerId,
    tenant.slug,
    tenant.name,
    COMPANY,
    'canaryField',
  ];
  const people = [...admins, agent].flatMap(({ userId, email, token }) => [userId, email, token ?? email]);
  expect([...secrets, ...people].filter((secret) => text.includes(secret))).toEqual([]);
  // No activity creates new series.
  const made = seriesOf(text).filter((series) => !seriesOf(before.text).includes(series));
  expect(made.filter((series) => series.startsWith('lockstep'))).toEqual([]);
});

test('an update for ten subscriptions of one audience and one of another makes 2 executions and 11 deliveries', async () => {
  const streams = [...Array(5).keys()].flatMap(() => admins.map((admin) => admin.follow(FOLLOW)));
  streams.push(agent.follow(FOLLOW));
  const before = await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 11);

  await installation.root.ask(RENAME, { id: customerId, company: 'Birch Homes' });
  await Promise.all(streams.map((stream) => stream.event()));
  const after = await Scrape.of(url);

  const delivered = Object.values(growthOf('lockstep_deliveries_total', before, after));
  expect(growth(before, after, ['lockstep_executions_total', 'lockstep_lag_seconds_count'])).toEqual([2, 1]);
  expect(delivered.reduce((sum, count) => sum + count, 0)).toBe(11);
  expect(growthOf('lockstep_changes_total', before, after)).toEqual({ wake_up: 1 });
  // That of the tenant, and that of the platform, whose settings act on every user.
  expect([after.value('lockstep_sockets'), after.value('lockstep_feeds')]).toEqual([11, 2]);

  await Promise.all(streams.map((stream) => stream.close()));
  const left = await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 0);
  expect(growthOf('lockstep_followers_ended_total', after, left)).toEqual({ LEFT: 11 });
});

test('a cursor that cannot be honoured is counted by its reason, whether the stream resets or ends with an error', async () => {
  const codec = new CursorCodec((await loadSecrets(installation.app.config)).cursors);
  const now = codec.decode(await admins[0].now(acme.id));
  const after = codec.encode({ ...now, epoch: crypto.randomUUID() });
  const before = await Scrape.of(url);

  for (const query of [FOLLOW, FOLLOW_ALL]) {
    const stream = admins[0].follow(query, { after });
    await stream.next();
    await stream.close();
  }

  const scrape = await Scrape.of(url);
  expect(growthOf('lockstep_resets_total', before, scrape)).toEqual({ EPOCH_CHANGED: 2 });
  expect(growthOf('lockstep_errors_total', before, scrape)).toEqual({ CURSOR_EXPIRED: 1 });
});

test('operations are counted by kind and outcome, over every transport, and refusals by code', async () => {
  const before = await Scrape.of(url);
  const wire = await Wire.signedIn(url, agent.token ?? '');
  wire.subscribe('1', '{ viewer { id } }');
  wire.subscribe('2', FOLLOW_ALL);
  wire.subscribe('3', FOLLOW, { after: 'no cursor' });
  // The answer, its end, the position of the feed, and the refusal.
  await wire.take(4);
  await wire.close();
  await agent.run('{ viewer { id } }');
  await agent.run('{ customer(id: "x") { id');
  await installation.root.run(RENAME, { id: customerId, company: 'Cedar Homes' });
  await agent.run(RENAME, { id: customerId, company: 'Not for an agent' });
  await installation.stranger().run('{ customers(first: 1) { totalCount } }');

  const scrape = await Scrape.of(url);
  const counts = ['query', 'mutation', 'subscription'].flatMap((kind) =>
    ['ok', 'errors'].map(
      (outcome) => `lockstep_operation_seconds_count{kind="${kind}",outcome="${outcome}"}`,
    ),
  );
  expect(growth(before, scrape, counts)).toEqual([2, 1, 1, 1, 1, 1]);
  expect(growthOf('lockstep_errors_total', before, scrape)).toEqual({
    GRAPHQL_PARSE_FAILED: 1,
    CURSOR_INVALID: 1,
    FORBIDDEN: 1,
    UNAUTHENTICATED: 1,
  });
  expect(scrape.value('lockstep_operations_running')).toBe(0);
});

describe('a closed socket is counted by its reason', () => {
  const ends: Record<string, () => Promise<Wire>> = {
    CLIENT: async () => {
      const wire = await Wire.signedIn(url, agent.token ?? '');
      await wire.close();
      return wire;
    },
    FORBIDDEN: async () => {
      const wire = await Wire.open(url);
      wire.send({ type: 'connection_init', payload: { authorization: 'Bearer nobody' } });
      return wire;
    },
    PROTOCOL: async () => {
      const wire = await Wire.signedIn(url, agent.token ?? '');
      wire.send('no message');
      return wire;
    },
    RIGHTS_WITHDRAWN: async () => {
      const leaver = await installation.aUser('CSR', { tenantId: acme.id });
      const wire = await Wire.signedIn(url, leaver.token ?? '');
      await installation.root.ask(
        'mutation ($id: ID!) { userStatusSet(id: $id, status: LOCKED) { userErrors { message } } }',
        { id: leaver.userId },
      );
      return wire;
    },
  };

  test.each(Object.keys(ends))('%s', async (reason) => {
    const before = await Scrape.of(url);
    const wire = await ends[reason]?.();
    await wire?.closed();
    const after = await Scrape.when(url, (scrape) => scrape.value('lockstep_sockets') === 0);
    expect(growthOf('lockstep_socket_closes_total', before, after)).toEqual({ [reason]: 1 });
  });

  test('INIT_TIMEOUT', async () => {
    // On a server of its own: sockets of the other tests need time on a busy machine.
    const hasty = await Installation.start({ WS_INIT_TIMEOUT_MS: '100' });
    const before = await Scrape.of(hasty.app.url);
    const wire = await Wire.open(hasty.app.url);
    await wire.closed();
    const after = await Scrape.when(hasty.app.url, (scrape) => scrape.value('lockstep_sockets') === 0);
    expect(growthOf('lockstep_socket_closes_total', before, after)).toEqual({ INIT_TIMEOUT: 1 });
    await hasty.stop();
  });
});
