import { expect, test } from '@jest/globals';
import { PubSub } from 'graphql-subscriptions';
import { WakeUps } from '../../../src/changes/wake-ups.ts';
import { TailRegistry } from '../../../src/live/tails/tail-registry.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { silentLog } from '../../support/silent-log.ts';

function openTails() {
  const feed = new MemoryFeed();
  const engine = new PubSub();
  const { metrics } = feed;
  const wakeUps = new WakeUps({
    engine,
    key: Buffer.alloc(32, 'k'),
    entities: new Map(),
    log: silentLog,
    metrics,
  });
  const tails = new TailRegistry({
    changeLog: feed.log,
    applyRights: async () => {},
    wakeUps,
    log: silentLog,
    metrics,
    ringSize: 10,
    maxRingBytes: 1_000_000,
    pollIntervalMs: 60_000,
  });
  return { tails, engine };
}

test('a tail that is released after the server has stopped stops listening once', async () => {
  const { tails, engine } = openTails();
  const stopped: number[] = [];
  const unsubscribe = engine.unsubscribe.bind(engine);
  engine.unsubscribe = (id) => {
    stopped.push(id);
    unsubscribe(id);
  };
  const lease = await tails.hold(MemoryFeed.FEED);
  await tails.stop();
  lease?.release();
  await settled();
  expect(stopped).toHaveLength(1);
});

test('a wake-up is taken at any moment, without a poll', async () => {
  for (let pause = 0; pause < 60; pause += 1) {
    const feed = new MemoryFeed();
    feed.tell();
    for (let passed = 0; passed < pause; passed += 1) await null;
    feed.tell();
    await settled();
    expect({ pause, last: feed.tail.last }).toEqual({ pause, last: 2 });
  }
});

test('a wake-up without changes that arrives during a read of the log causes another read, at any moment', async () => {
  const missed: number[] = [];
  for (let pause = 0; pause < 20; pause += 1) {
    const feed = new MemoryFeed();
    feed.write();
    feed.tail.offer([]);
    for (let passed = 0; passed < pause; passed += 1) await null;
    feed.write();
    feed.tail.offer([]);
    await settled();
    if (feed.tail.last !== 2) missed.push(pause);
  }
  expect(missed).toEqual([]);
});
