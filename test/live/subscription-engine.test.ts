import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { Context } from '../../src/core/context.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { ClientConnection } from '../../src/live/connections/client-connection.ts';
import type { Payload, Sink } from '../../src/live/streams/payload.ts';
import { SubscriptionEngine } from '../../src/live/subscription-engine.ts';
import { Backlog } from '../../src/live/tails/backlog.ts';
import type { TailRegistry } from '../../src/live/tails/tail-registry.ts';
import { schema } from '../../src/schema.ts';
import { MemoryFeed, settled } from '../support/memory-feed.ts';
import { Scrape } from '../support/scrape.ts';
import { aViewer } from '../support/unit-group.ts';

const HOME = MemoryFeed.FEED;
const CUSTOMER = { entity: 'Customer', entityId: 'row', image: { id: 'row', version: 1, tenantId: HOME } };

/** Subscriptions of one node whose tails are those of `feeds`, one after the other. */
function subscriptionsOn(feeds: MemoryFeed[]) {
  const [first] = feeds as [MemoryFeed];
  const held = [...feeds];
  return new SubscriptionEngine({
    tails: {
      hold: async () => ({ tail: (held.shift() ?? first).tail, release: () => {} }),
    } as unknown as TailRegistry,
    changeLog: first.log,
    backlog: new Backlog(first.log),
    signals: { listen: () => () => {} },
    sets: { watch: () => () => {} },
    cursors: new CursorCodec(Buffer.alloc(32, 'k')),
    clock: systemClock,
    resumeHorizonMs: 1_000,
    positionIntervalMs: 1_000,
    prisma: {} as PrismaClient,
    maxSnapshotRows: 10,
    maxSnapshotBytes: 10_000,
    contextFor: ({ viewer }) => ({ viewer }) as Context,
    present: (result) => result,
    onUnshared: (error) => {
      throw error;
    },
    onTrouble: (error) => {
      throw error;
    },
    isSharing: true,
    compileAfter: 1,
    metrics: first.metrics,
  });
}

interface Asking {
  readonly connection?: Partial<ClientConnection>;
  readonly query?: string;
  readonly sink?: Partial<Sink>;
}

function follow(
  subscriptions: SubscriptionEngine,
  { connection: parts, query = 'subscription { customerUpdated { eventId } }', sink }: Asking = {},
) {
  const received: string[] = [];
  const viewer = aViewer({
    permissions: new Set(['customers:read']),
    tenantId: HOME,
    reach: [HOME],
    homeFeed: HOME,
  });
  const connection = {
    began: () => () => {},
    viewer,
    refresh: async () => {},
    onViewerChange: () => () => {},
    onEnd: () => () => {},
    ...parts,
  };
  const subscribing = subscriptions.subscribe({
    execution: { schema, document: parse(query) },
    connection: connection as unknown as ClientConnection,
    lastEventId: null,
    sink: {
      hasRoomFor: () => true,
      room: async () => {},
      endsSlowReaders: sink?.endsSlowReaders ?? true,
      deliver: (payload) => {
        received.push(payload.bytes.toString());
        return sink?.deliver?.(payload);
      },
    },
    onClosed: () => {},
  });
  return { received, subscribing };
}

test('a subscription that starts after a feed was reopened uses the new tail, though others still hold the old one', async () => {
  const [old, current] = [new MemoryFeed(), new MemoryFeed()] as [MemoryFeed, MemoryFeed];
  const subscriptions = subscriptionsOn([old, current]);
  const lingering = follow(subscriptions);
  await lingering.subscribing;
  const late = follow(subscriptions);
  await late.subscribing;
  await settled();
  current.tell({ ...CUSTOMER, before: {} });
  await settled();
  expect([lingering.received.length, late.received.length]).toEqual([0, 1]);
  for (const { subscribing } of [lingering, late]) {
    const stream = await subscribing;
    if ('return' in stream) await stream.return();
  }
});

test('X: a client that loses its rights while its start position is read receives SUBSCRIPTION_REVOKED and nothing else', async () => {
  const feed = new MemoryFeed();
  const { subscribing, received } = follow(subscriptionsOn([feed]), {
    connection: { endReason: 'RIGHTS_WITHDRAWN' },
  });
  feed.tell({ ...CUSTOMER, before: {} });
  const stream = await subscribing;
  if (!('next' in stream)) throw new Error('The subscription has not begun.');
  const [first, second] = await Promise.race([
    Promise.all([stream.next(), stream.next()]),
    settled().then(() => []),
  ]);
  const code = { originalError: { code: 'SUBSCRIPTION_REVOKED' } };
  expect([first, second]).toMatchObject([{ value: { errors: [code] } }, { done: true }]);
  expect(received).toEqual([]);
});

describe('a client that reads so slowly that retention overtakes it', () => {
  /** Subscribes, takes one event and has no room until the next changes have been removed from the log. */
  async function overtaken(query: string) {
    const feed = new MemoryFeed({ ringSize: 1 });
    let makeRoom = () => {};
    const room = new Promise<void>((resolve) => {
      makeRoom = resolve;
    });
    const deliver = ({ bytes }: Payload) => (bytes.includes('event-') ? room : undefined);
    const { received, subscribing } = follow(subscriptionsOn([feed]), {
      query,
      sink: { endsSlowReaders: false, deliver },
    });
    const stream = await subscribing;
    if (!('next' in stream)) throw new Error('The subscription has not begun.');
    await settled();
    for (let told = 0; told < 5; told += 1) feed.tell({ ...CUSTOMER, before: {} });
    await settled();
    feed.prune(3);
    makeRoom();
    await settled();
    feed.tell({ ...CUSTOMER, before: {} });
    await settled();
    const scrape = new Scrape(await feed.metrics.registry.metrics());
    const resets = scrape.byLabel('lockstep_resets_total');
    return { stream, resets, received: received.map((text) => JSON.parse(text).data) };
  }

  test('L: receives a FeedReset, and continues from the end of the feed', async () => {
    const { stream, received, resets } = await overtaken(
      `subscription { customerChanged { __typename ... on FeedReset { reason } ... on CustomerUpdated { eventId } } }`,
    );
    const updated = (eventId: string) => ({ customerChanged: { __typename: 'CustomerUpdated', eventId } });
    expect(received).toEqual([
      { customerChanged: { __typename: 'FeedPosition' } },
      updated('event-1'),
      { customerChanged: { __typename: 'FeedReset', reason: 'EXPIRED' } },
      { customerChanged: { __typename: 'FeedPosition' } },
      updated('event-6'),
    ]);
    expect(resets).toEqual({ EXPIRED: 1, EPOCH_CHANGED: 0, RIGHTS_CHANGED: 0 });
    await stream.return();
  });

  test('L: receives CURSOR_EXPIRED if the type of the field has no FeedReset', async () => {
    const { stream, received, resets } = await overtaken('subscription { customerUpdated { eventId } }');
    const { value } = await stream.next();
    expect({ received, value }).toMatchObject({
      received: [{ customerUpdated: { eventId: 'event-1' } }],
      value: { errors: [{ originalError: { code: 'CURSOR_EXPIRED' } }] },
    });
    expect(resets).toEqual({ EXPIRED: 1, EPOCH_CHANGED: 0, RIGHTS_CHANGED: 0 });
  });
});
