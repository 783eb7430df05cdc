import { describe, expect, test } from '@jest/globals';
import type { ChangeLog } from '../../../src/changes/change-log.ts';
import { Backlog, BLOCK } from '../../../src/live/tails/backlog.ts';
import { MemoryFeed } from '../../support/memory-feed.ts';

/** A feed whose tail keeps next to nothing, and the number of reads of its log. */
async function aLongFeed(length: number, notes = '') {
  const feed = new MemoryFeed({ ringSize: 1 });
  for (let written = 0; written < length; written += 1)
    feed.write({ image: { id: 'thing', version: 1, notes } });
  await feed.tail.reach(feed.at(length), 0);
  const reads: [after: number, upTo: number][] = [];
  const read: ChangeLog['read'] = (name, after, upTo, limit) => {
    reads.push([after, upTo]);
    return feed.log.read(name, after, upTo, limit);
  };
  return { feed, reads, log: { read } as unknown as ChangeLog };
}

test('L O D: reading from any position returns everything from there to the tail, once and in order', async () => {
  const { feed, log } = await aLongFeed(3 * BLOCK + 5);
  const backlog = new Backlog(log);
  for (const start of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 4]) {
    const seqs: number[] = [];
    for (let at = start; at < feed.tail.last; at = seqs.at(-1) ?? Number.NaN) {
      seqs.push(...(await backlog.read(feed.tail, at)).changes.map(({ seq }) => seq));
    }
    expect(seqs).toEqual(Array.from({ length: feed.tail.last - start }, (_one, index) => start + index + 1));
  }
});

test('subscriptions that resume at different positions of a block share one read of it, and one read ahead', async () => {
  const { feed, log, reads } = await aLongFeed(2 * BLOCK);
  const backlog = new Backlog(log);
  const crowd = Array.from({ length: 50 }, (_one, after) => backlog.read(feed.tail, after));
  const lasts = (await Promise.all(crowd)).map(({ changes }) => changes.at(-1));
  expect(new Set(lasts).size).toBe(1);
  expect(reads).toEqual([
    [0, BLOCK],
    [BLOCK, 2 * BLOCK],
  ]);
});

test('a block that could not be read is read again for the next caller', async () => {
  const { feed, log } = await aLongFeed(3);
  let isAway = true;
  const read: ChangeLog['read'] = (...args) =>
    isAway ? Promise.reject(new Error('away')) : log.read(...args);
  const backlog = new Backlog({ read } as unknown as ChangeLog);
  await expect(backlog.read(feed.tail, 0)).rejects.toThrow('away');
  isAway = false;
  expect((await backlog.read(feed.tail, 0)).changes).toHaveLength(3);
});

test('nothing is read past the tail, and a block that has grown with the tail is read again', async () => {
  const { feed, log } = await aLongFeed(2);
  const backlog = new Backlog(log);
  feed.write();
  expect((await backlog.read(feed.tail, 0)).changes.map(({ seq }) => seq)).toEqual([1, 2]);
  await feed.tail.reach(feed.at(3), 2);
  expect((await backlog.read(feed.tail, 0)).changes.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('L: a change that is missing from the log is never skipped: those before it are returned, and then an error', async () => {
  const { feed, log } = await aLongFeed(10);
  const read: ChangeLog['read'] = async (...args) => (await log.read(...args)).filter(({ seq }) => seq !== 5);
  const backlog = new Backlog({ read } as unknown as ChangeLog);
  expect((await backlog.read(feed.tail, 2)).changes.map(({ seq }) => seq)).toEqual([3, 4]);
  await expect(backlog.read(feed.tail, 4)).rejects.toThrow('can no longer be replayed');
  expect((await backlog.read(feed.tail, 5)).changes.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10]);
});

test('blocks of large changes are kept up to 32 MiB together, however many are read, and every change is still delivered', async () => {
  const { feed, log } = await aLongFeed(40 * BLOCK, 'x'.repeat(2_048));
  const backlog = new Backlog(log);
  const seqs: number[] = [];
  let mostBytes = 0;
  while ((seqs.at(-1) ?? 0) < feed.tail.last) {
    seqs.push(...(await backlog.read(feed.tail, seqs.at(-1) ?? 0)).changes.map(({ seq }) => seq));
    mostBytes = Math.max(mostBytes, backlog.bytes);
  }
  expect(seqs).toHaveLength(40 * BLOCK);
  expect(mostBytes).toBeLessThanOrEqual(32 * 1_024 * 1_024);
  expect(mostBytes).toBeGreaterThan(24 * 1_024 * 1_024);
});

describe('an interest in some entities', () => {
  const WANTED = ['Plan', 'Unit'];

  /** A feed in which every hundredth change is of a wanted entity, and the reads of its log. */
  async function aForeignFeed(length: number) {
    const feed = new MemoryFeed({ ringSize: 1 });
    for (let seq = 1; seq <= length; seq += 1)
      feed.write({ entity: seq % 100 === 0 ? (WANTED[(seq / 100) % 2] as string) : 'Thing' });
    await feed.tail.reach(feed.at(length), 0);
    const reads: string[] = [];
    const readOf: ChangeLog['readOf'] = (...args) => {
      reads.push(args.slice(2).join());
      return feed.log.readOf(...args);
    };
    return { feed, reads, log: { ...feed.log, readOf } as unknown as ChangeLog };
  }

  test('L O D: reading from any position returns all changes of these entities, once and in order, and ends at the tail', async () => {
    const { feed, log } = await aForeignFeed(60_000 + 57);
    const backlog = new Backlog(log);
    for (const start of [0, 1, 99, 100, 30_123, 59_999, 60_050]) {
      const seqs: number[] = [];
      let at = start;
      while (at < feed.tail.last) {
        const { changes, upTo } = await backlog.read(feed.tail, at, WANTED);
        expect(upTo).toBeGreaterThan(at);
        seqs.push(...changes.map(({ seq }) => seq));
        at = upTo;
      }
      const all = Array.from({ length: 600 }, (_one, index) => 100 * (index + 1));
      expect(seqs).toEqual(all.filter((seq) => seq > start));
    }
  });

  test('the number of reads follows what is found, and not what lies between', async () => {
    const { feed, reads, log } = await aForeignFeed(60_000);
    const backlog = new Backlog(log);
    let at = 0;
    while (at < feed.tail.last) at = (await backlog.read(feed.tail, at, WANTED)).upTo;
    expect(reads.length).toBeLessThanOrEqual(Math.ceil(600 / BLOCK) + 2);
  });

  test('subscriptions of the same interest share a read, and those of another one do not get it', async () => {
    const { feed, reads, log } = await aForeignFeed(40 * BLOCK);
    const backlog = new Backlog(log);
    const crowd = await Promise.all(
      Array.from({ length: 50 }, (_one, after) => backlog.read(feed.tail, after, WANTED)),
    );
    expect(new Set(crowd.map(({ changes }) => changes.length))).toEqual(new Set([102]));
    const readBefore = reads.length;
    const [onlyPlans] = await Promise.all([backlog.read(feed.tail, 0, ['Plan'])]);
    expect(onlyPlans.changes).toHaveLength(51);
    expect(reads.length).toBeGreaterThan(readBefore);
    expect(readBefore).toBeLessThanOrEqual(2);
  });

  test('L: where changes were removed from the log nothing is skipped: the position has expired', async () => {
    const { feed, log } = await aForeignFeed(1_000);
    const backlog = new Backlog(log);
    feed.prune(450);
    await expect(backlog.read(feed.tail, 420, WANTED)).rejects.toThrow('can no longer be replayed');
    const { changes } = await backlog.read(feed.tail, 450, WANTED);
    expect(changes.map(({ seq }) => seq)).toEqual([500, 600, 700]);
  });
});
