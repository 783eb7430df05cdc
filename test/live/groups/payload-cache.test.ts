import { expect, test } from '@jest/globals';
import { PayloadCache } from '../../../src/live/groups/payload-cache.ts';
import type { Payload } from '../../../src/live/streams/payload.ts';

const MEBIBYTE = 1_024 * 1_024;

/** A group of a cache, and the number of payloads that it had to make. */
function aGroupOf(cache: PayloadCache, bytes: number, isForNow = false) {
  const get = cache.ofGroup();
  const group = {
    made: 0,
    ask: (seq: number) =>
      get(seq, async () => {
        group.made += 1;
        return { payload: { bytes: Buffer.alloc(bytes), cursor: String(seq) } satisfies Payload, isForNow };
      }),
  };
  return group;
}

test('a payload that is requested at the same time or soon after is rendered once for each group', async () => {
  const cache = new PayloadCache();
  const [one, other] = [aGroupOf(cache, 1), aGroupOf(cache, 1)];
  await Promise.all([one.ask(1), one.ask(1), other.ask(1)]);
  await one.ask(1);
  expect([one.made, other.made]).toEqual([1, 1]);
});

test('the cache of all groups is bounded in bytes: the payload that was used least recently is rendered again', async () => {
  const cache = new PayloadCache();
  const crowd = Array.from({ length: 8 }, () => aGroupOf(cache, MEBIBYTE));
  for (const group of crowd) for (let seq = 1; seq <= 8; seq += 1) await group.ask(seq);
  for (const group of crowd) await group.ask(8);
  const made = crowd.map((group) => group.made);
  expect([made.slice(0, 4), made.slice(4)]).toEqual([Array(4).fill(9), Array(4).fill(8)]);
});

test('X: a payload that holds at one moment only is shared at that moment, and rendered again for a subscription that asks later', async () => {
  const group = aGroupOf(new PayloadCache(), 1, true);
  await Promise.all([group.ask(1), group.ask(1)]);
  expect(group.made).toBe(1);
  await group.ask(1);
  expect(group.made).toBe(2);
});

test('a failed rendering is not cached', async () => {
  const get = new PayloadCache().ofGroup();
  await expect(get(1, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await get(1, async () => ({ payload: null }))).toEqual({ payload: null });
});
