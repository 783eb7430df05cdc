import { expect, test } from '@jest/globals';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { Scrape } from '../../support/scrape.ts';

const MEGABYTE = 1_024 * 1_024;

/** A feed with so many announced changes, each with a text of so many characters. */
async function aFeed(count: number, characters: number, ringSize: number): Promise<MemoryFeed> {
  const feed = new MemoryFeed({ ringSize });
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
