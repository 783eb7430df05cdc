import { expect, test } from '@jest/globals';
import { PubSub } from 'graphql-subscriptions';
import type { ChangeLog } from '../../src/changes/change-log.ts';
import { WakeUps } from '../../src/changes/wake-ups.ts';
import type { Metrics } from '../../src/core/process/metrics.ts';
import type { Change } from '../../src/core/rows/change.ts';
import { TailRegistry } from '../../src/live/tails/tail-registry.ts';
import { MemoryFeed, settled } from '../support/memory-feed.ts';
import { Scrape } from '../support/scrape.ts';
import { silentLog } from '../support/silent-log.ts';
import { aGroup, TestMember } from '../support/unit-group.ts';

const HOUR_MS = 3_600_000;

async function scraped({ registry }: Metrics): Promise<Scrape> {
  return new Scrape(await registry.metrics());
}

test('each change is counted once, by the source that brought it, however often it is announced', async () => {
  const feed = new MemoryFeed();
  for (let told = 0; told < 3; told += 1) feed.tell();
  feed.tail.offer([feed.write(), feed.write()].slice(1));
  await settled();
  feed.tail.offer([]);
  await settled();
  feed.write();
  feed.tail.offer([]);
  await settled();
  for (let written = 0; written < 4; written += 1) feed.write();
  await feed.tail.reach(feed.at(10), feed.tail.last);
  feed.tail.offer([{ seq: 2 } as Change]);
  await settled();

  const scrape = await scraped(feed.metrics);
  expect(scrape.byLabel('lockstep_changes_total')).toEqual({ wake_up: 3, gap: 3, poll: 4 });
  expect(scrape.value('lockstep_lag_seconds_count')).toBe(10);
});

test('the lag of a change is never negative, even if the clock of its writer is ahead', async () => {
  const feed = new MemoryFeed();
  feed.tell({ occurredAt: new Date(Date.now() + HOUR_MS) });
  await settled();
  const scrape = await scraped(feed.metrics);
  expect([
    scrape.value('lockstep_lag_seconds_sum'),
    scrape.value('lockstep_lag_seconds_bucket{le="0.005"}'),
  ]).toEqual([0, 1]);
});

test('the lag of a change that is found late is in seconds', async () => {
  const feed = new MemoryFeed();
  feed.tell({ occurredAt: new Date(Date.now() - HOUR_MS) });
  await settled();
  const sum = (await scraped(feed.metrics)).value('lockstep_lag_seconds_sum');
  expect(Math.floor(sum / 3_600)).toBe(1);
});

test('a push counts the members that it serves, without those that have the change already', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  feed.tell();
  await settled();
  for (const at of [0, 0, 0, 1]) group.join(new TestMember(at));
  feed.tell();
  await settled();
  const scrape = await scraped(feed.metrics);
  // Of the first change three were served, of the second four.
  expect({
    executions: scrape.value('lockstep_executions_total'),
    deliveries: scrape.byLabel('lockstep_deliveries_total'),
    pushes: scrape.value('lockstep_group_size_count'),
    served: scrape.value('lockstep_group_size_sum'),
  }).toEqual({ executions: 2, deliveries: { pushed: 7, taken: 0 }, pushes: 2, served: 7 });
});

test('polls are counted by outcome', async () => {
  const { log, metrics } = new MemoryFeed();
  let asked = 0;
  const positions: ChangeLog['positions'] = async (feeds) => {
    asked += 1;
    if (asked === 2 || asked === 3) throw new Error('PostgreSQL is away');
    return log.positions(feeds);
  };
  const tails = new TailRegistry({
    changeLog: { ...log, positions } as ChangeLog,
    applyRights: async () => {},
    wakeUps: { listen: () => () => {} } as unknown as WakeUps,
    log: silentLog,
    metrics,
    ringSize: 10,
    maxRingBytes: 1_000_000,
    pollIntervalMs: 1,
  });
  await tails.hold(MemoryFeed.FEED);
  while (asked < 6) await settled();
  await tails.stop();

  const scrape = await scraped(metrics);
  expect(scrape.value('lockstep_polls_total{outcome="failed"}')).toBe(2);
  expect(scrape.value('lockstep_polls_total{outcome="ok"}')).toBeGreaterThanOrEqual(2);
});

test('wake-ups are counted by their content, a forged one brings nothing, and those that wait for Redis take at most 8 MiB', async () => {
  const { metrics } = new MemoryFeed();
  const engine = new PubSub();
  const wakeUps = new WakeUps({
    engine,
    key: Buffer.alloc(32, 'k'),
    entities: new Map(),
    log: silentLog,
    metrics,
  });
  const brought: number[] = [];
  const leave = wakeUps.listen('feed', ({ changes }) => brought.push(changes.length));
  const elsewhere: { body: string; mac: string }[] = [];
  await engine.subscribe('feed:other', (envelope) => elsewhere.push(envelope));

  wakeUps.send('other', 'epoch', []);
  wakeUps.send('feed', 'epoch', []);
  wakeUps.send('feed', 'epoch', [{ image: 'x'.repeat(65_536) } as never]);
  const [signed] = elsewhere;
  for (const forged of ['not an envelope', { body: '{"feed":"feed"}', mac: 'bm8=' }, signed]) {
    await engine.publish('feed:feed', forged);
  }
  engine.publish = () => Promise.reject(new Error('Redis is away'));
  wakeUps.send('feed', 'epoch', []);
  await settled();
  engine.publish = () => new Promise(() => {});
  // Seventy of them fill the 8 MiB that may wait.
  for (let unsent = 0; unsent < 72; unsent += 1) {
    wakeUps.send('feed', 'epoch', [{ image: 'x'.repeat(60_000) } as never]);
  }
  await settled();
  leave();

  const scrape = await scraped(metrics);
  expect({
    brought,
    received: scrape.byLabel('lockstep_wake_ups_received_total'),
    sent: scrape.byLabel('lockstep_wake_ups_sent_total'),
  }).toEqual({
    brought: [0, 0, 0, 0, 0],
    received: { full: 1, bare: 1, forged: 3 },
    sent: { sent: 3, failed: 1, dropped: 2 },
  });
});
