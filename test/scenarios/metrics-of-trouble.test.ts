import { afterEach, expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import type { Context } from '../../src/core/context.ts';
import { schema } from '../../src/schema.ts';
import { Installation } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';
import { silentLog } from '../support/silent-log.ts';
import { Wire } from '../support/wire.ts';

const FOLLOW = 'subscription { customerUpdated { customer { company internalNotes } } }';
const WRITE =
  'mutation ($id: ID!, $notes: String!) { customerUpdate(id: $id, input: { internalNotes: $notes }) { userErrors { message } } }';

// Together they fill the buffers of the kernel at both ends, which hold some megabytes.
const STREAMS = 30;
const NOTES = 'x'.repeat(9_900);

let installation: Installation;

afterEach(() => installation.stop());

/** An administrator with a socket, and writes to a customer to which it can subscribe. */
async function begin() {
  const { id: tenantId } = await installation.aTenant();
  const admin = await installation.aUser('TENANT_ADMIN', { tenantId });
  const id = await installation.aCustomer(tenantId);
  const { url } = installation.app;
  const wire = await Wire.signedIn(url, admin.token ?? '');
  const write = (notes: string) => installation.root.ask(WRITE, { id, notes });
  return { url, admin, wire, write };
}

test('a subscription that cannot share is counted once, and still receives every change', async () => {
  const { company } = (schema.getType('Customer') as GraphQLObjectType<unknown, Context>).getFields();
  if (!company) throw new Error('The schema has changed.');
  const resolve = company.resolve;
  // A field that depends on the viewer without declaring it.
  company.resolve = (_row, _args, { viewer }) => viewer?.name;
  installation = await Installation.start({}, silentLog, {});
  const { url, admin, write } = await begin();
  const streams = [admin.follow(FOLLOW), admin.follow(FOLLOW)];
  await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === streams.length);

  for (const notes of ['one', 'two']) await write(notes);
  const seen = await Promise.all(streams.map((stream) => stream.take(2)));
  company.resolve = resolve as NonNullable<typeof resolve>;

  const own = ['one', 'two'].map((internalNotes) => ({
    customer: { company: 'A TENANT_ADMIN', internalNotes },
  }));
  expect(seen).toEqual([own, own]);
  expect((await Scrape.of(url)).value('lockstep_unshared_followers_total')).toBe(streams.length);
});

test('without Redis, wake-ups count as failed and changes as found by the poll', async () => {
  installation = await Installation.start({ REDIS_URL: 'redis://127.0.0.1:1', POLL_INTERVAL_MS: '10' });
  const { url, admin, write } = await begin();
  const stream = admin.follow(FOLLOW);
  const before = await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 1);
  await write('one');
  await stream.event();

  const after = await Scrape.when(url, (scrape) => failed(scrape) > failed(before));
  expect(after.value('lockstep_redis_up')).toBe(0);
  expect(after.byLabel('lockstep_changes_total')).toMatchObject({ wake_up: 0, gap: 0 });
  expect(found(after) - found(before)).toBe(1);
});

function failed(scrape: Scrape): number {
  return scrape.value('lockstep_wake_ups_sent_total{outcome="failed"}');
}

function found(scrape: Scrape): number {
  return scrape.value('lockstep_changes_total{source="poll"}');
}

describeOnPostgres('a client that stops reading', () => {
  test('shows in the unsent bytes, and is counted when it is closed with 1013', async () => {
    installation = await Installation.start({ WS_MAX_UNSENT_BYTES: '65536' });
    const { url, wire, write } = await begin();
    for (let id = 1; id <= STREAMS; id += 1) wire.subscribe(`${id}`, FOLLOW);
    const before = await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === STREAMS);

    wire.read(false);
    let during = before;
    while (during.value('lockstep_unsent_bytes') === 0) {
      await write(`${crypto.randomUUID()} ${NOTES}`);
      during = await Scrape.of(url);
    }
    while ((await Scrape.of(url)).value('lockstep_followers') > 0) {
      await write(`${crypto.randomUUID()} ${NOTES}`);
    }
    wire.read(true);
    await wire.closed();
    const after = await Scrape.when(url, (scrape) => scrape.value('lockstep_sockets') === 0);

    expect([before, after].map((scrape) => scrape.value('lockstep_unsent_bytes'))).toEqual([0, 0]);
    expect(during.value('lockstep_max_unsent_bytes')).toBe(during.value('lockstep_unsent_bytes'));
    expect(after.byLabel('lockstep_socket_closes_total')).toMatchObject({ TOO_SLOW: 1, CLIENT: 0 });
  });
});
