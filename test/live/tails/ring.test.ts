import { expect, test } from '@jest/globals';
import { RingMemory } from '../../../src/live/tails/ring-memory.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { Scrape } from '../../support/scrape.ts';

const MEGABYTE = 1_024 * 1_024;

/** A feed with so many announced changes, each with a text of so many characters. */
async function aFeed(
  count: number,
  characters: number,
  ringSize: number,
  ringMemory = new RingMemory(Number.POSITIVE_INFINITY),
): Promise<MemoryFeed> {
  const feed = new MemoryFeed({ ringSize, ringMemory });
  for (let told = 1; told <= count; told += 1) {
    feed.tell({ image: { id: 'thing', version: told, notes: 'x'.repeat(characters) } });
    await settled();
  }
  return feed;
}

function keptOf({ tail }: MemoryFeed): number {
  let kept = 0;
  while (kept < tail.last && tail.since(tail.last - kept - 1, 1)) kept += 1;
  return kept;
}

test('a ring of small rows keeps the configured number of changes, and at most twice as many', async () => {
  expect(keptOf(await aFeed(20, 10, 10))).toBe(20);
  expect(keptOf(await aFeed(21, 10, 10))).toBe(10);
});

test('L O: a ring of large rows keeps fewer changes, the latest without a gap, and the others are read from the log', async () => {
  const feed = await aFeed(60, MEGABYTE / 4, 1_000);
  const kept = keptOf(feed);
  expect((kept * MEGABYTE) / 2).toBeLessThanOrEqual(8 * MEGABYTE);
  expect(kept).toBeGreaterThan(0);
  const seqs = feed.tail.since(feed.tail.last - kept, kept)?.map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: kept }, (_one, index) => 60 - kept + index + 1));
});

test('L O: large changes that are announced while the tail is busy wait up to 2 MiB; the others are read from the log', async () => {
  let goOn = () => {};
  const isBusy = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const feed = new MemoryFeed({ ringSize: 100, applyRights: () => isBusy });
  for (let version = 1; version <= 20; version += 1) {
    feed.tell({ image: { id: 'thing', version, notes: 'x'.repeat(MEGABYTE / 8) } });
  }
  goOn();
  await settled();
  const counts = new Scrape(await feed.metrics.registry.metrics()).byLabel('lockstep_changes_total');
  expect(feed.tail.last).toBe(20);
  // The log is read for all that come after the one with which the tail was busy.
  expect(counts).toMatchObject({ wake_up: 1, gap: 19 });
});

test('a row larger than the ring is still delivered, from the log', async () => {
  const feed = await aFeed(1, 5 * MEGABYTE, 10);
  expect(feed.tail.last).toBe(1);
  expect(feed.tail.since(0, 1)).toBeNull();
});

test('L: the rings of all feeds are bounded together, and the one that was used least recently goes first', async () => {
  const memory = new RingMemory(3 * MEGABYTE);
  const [first, second] = [
    await aFeed(2, MEGABYTE / 4, 10, memory),
    await aFeed(2, MEGABYTE / 4, 10, memory),
  ];
  expect(first.tail.since(0, 2)).toHaveLength(2);
  const third = await aFeed(2, MEGABYTE / 4, 10, memory);
  expect([first, second, third].map(keptOf)).toEqual([2, 0, 2]);
  expect(memory.bytes).toBeLessThanOrEqual(3 * MEGABYTE);
  second.tell({ image: { id: 'thing', version: 3 } });
  await settled();
  expect([second.tail.since(2, 1)?.map(({ seq }) => seq), second.tail.since(1, 2)]).toEqual([[3], null]);
});

test('the ring of a tail that was closed counts no more', async () => {
  const memory = new RingMemory(MEGABYTE);
  const feed = await aFeed(3, 1_000, 10, memory);
  expect(memory.bytes).toBeGreaterThan(3_000);
  feed.tail.close();
  expect(memory.bytes).toBe(0);
});

test('the ring of a tail that is closed while it takes a change counts no more, either', async () => {
  const ringMemory = new RingMemory(Number.POSITIVE_INFINITY);
  const feed = await aFeed(1, 10, 10, ringMemory);
  feed.tell({ image: { id: 'thing', version: 2, notes: 'x' } });
  feed.tail.close();
  await settled();
  expect(feed.tail.last).toBe(2);
  expect(ringMemory.bytes).toBe(0);
});
