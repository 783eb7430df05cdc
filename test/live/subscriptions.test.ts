import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { systemClock } from '../../src/core/clock.ts';
import type { Context } from '../../src/core/context.ts';
import { CursorCodec } from '../../src/core/cursor.ts';
import { Backlog } from '../../src/live/backlog.ts';
import type { ClientConnection } from '../../src/live/client-connection.ts';
import type { FeedTails } from '../../src/live/feed-tails.ts';
import { Subscriptions } from '../../src/live/subscriptions.ts';
import { schema } from '../../src/schema.ts';
import { MemoryFeed, settled } from '../support/memory-feed.ts';
import { aViewer } from '../support/unit-group.ts';

const HOME = MemoryFeed.FEED;
const CUSTOMER = { entity: 'Customer', entityId: 'row', image: { id: 'row', version: 1, tenantId: HOME } };

/** Subscriptions of one node whose tails are those of `feeds`, one after the other. */
function subscriptionsOn(feeds: MemoryFeed[]) {
  const [first] = feeds as [MemoryFeed];
  const held = [...feeds];
  return new Subscriptions({
    tails: {
      hold: async () => ({ tail: (held.shift() ?? first).tail, release: () => {} }),
    } as unknown as FeedTails,
    changeLog: first.log,
    backlog: new Backlog(first.log),
    signals: { listen: () => () => {} },
    cursors: new CursorCodec(Buffer.alloc(32, 'k')),
    clock: systemClock,
    resumeHorizonMs: 1_000,
    positionIntervalMs: 1_000,
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

function follow(subscriptions: Subscriptions, parts: Partial<ClientConnection> = {}) {
  const received: string[] = [];
  const viewer = aViewer({
    permissions: new Set(['customers:read']),
    tenantId: HOME,
    reach: [HOME],
    homeFeed: HOME,
  });
  const connection = {
    viewer,
    refresh: async () => {},
    onViewerChange: () => () => {},
    onEnd: () => () => {},
    ...parts,
  };
  const subscribing = subscriptions.subscribe({
    execution: { schema, document: parse('subscription { customerUpdated { eventId } }') },
    connection: connection as unknown as ClientConnection,
    lastEventId: null,
    sink: {
      endsSlowReaders: true,
      deliver: ({ bytes }) => {
        received.push(bytes.toString());
        return undefined;
      },
    },
    onClosed: () => {},
  });
  return { received, subscribing };
}

test('whoever comes when a feed is read anew is served by the new tail, though others still hold the old one', async () => {
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

test('X: whoever is shut out while its place is looked for is told so, and nothing else', async () => {
  const feed = new MemoryFeed();
  const { subscribing, received } = follow(subscriptionsOn([feed]), { endReason: 'RIGHTS_WITHDRAWN' });
  feed.tell({ ...CUSTOMER, before: {} });
  const stream = await subscribing;
  if (!('next' in stream)) throw new Error('It should have begun.');
  const [first, second] = await Promise.race([
    Promise.all([stream.next(), stream.next()]),
    settled().then(() => []),
  ]);
  const code = { originalError: { code: 'SUBSCRIPTION_REVOKED' } };
  expect([first, second]).toMatchObject([{ value: { errors: [code] } }, { done: true }]);
  expect(received).toEqual([]);
});
