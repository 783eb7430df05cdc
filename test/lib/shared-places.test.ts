import { expect, test } from '@jest/globals';
import { SharedPlaces } from '../../src/lib/shared-places.ts';
import { settled } from '../support/memory-feed.ts';

const FOR_EVER = 1_000_000;

/** Places of a test, and the lanes that hold one, in the order in which they got it. */
function placesOf(count: number) {
  const places = new SharedPlaces(count);
  const entered: string[] = [];
  const held: (() => void)[] = [];
  const take = async (lane: string, { share = count, maxWaiting = 100, waitMs = FOR_EVER } = {}) => {
    const giveBack = await places.take({ lane, share, maxWaiting, waitMs });
    if (!giveBack) return false;
    entered.push(lane);
    held.push(giveBack);
    return true;
  };
  /** Gives back the place that was taken first. */
  const giveBackFirst = async () => {
    held.shift()?.();
    await settled();
  };
  return { places, entered, take, giveBackFirst };
}

test('a lane holds no more than its share, and the places that it may not take are free for others', async () => {
  const { entered, take, giveBackFirst } = placesOf(3);
  void Promise.all(['crowd', 'crowd', 'crowd', 'other'].map((lane) => take(lane, { share: 2 })));
  await settled();
  expect(entered).toEqual(['crowd', 'crowd', 'other']);
  await giveBackFirst();
  expect(entered).toEqual(['crowd', 'crowd', 'other', 'crowd']);
  while (entered.length > 0) {
    entered.pop();
    await giveBackFirst();
  }
});

test('lanes that wait take turns, however many requests wait in one', async () => {
  const { entered, take, giveBackFirst } = placesOf(1);
  void Promise.all(['crowd', 'crowd', 'crowd', 'crowd', 'other', 'third', 'other'].map((lane) => take(lane)));
  for (let turn = 0; turn < 7; turn += 1) {
    await settled();
    await giveBackFirst();
  }
  expect(entered).toEqual(['crowd', 'crowd', 'other', 'third', 'crowd', 'other', 'crowd']);
});

test('a request is refused where too many of its lane wait, and the requests of another lane are not', async () => {
  const { places, take, giveBackFirst } = placesOf(1);
  await take('a');
  const waiting = [take('a', { maxWaiting: 1 }), take('b', { maxWaiting: 1 })];
  expect(await take('a', { maxWaiting: 1 })).toBe(false);
  expect(places.waitingCount).toBe(2);
  for (let turn = 0; turn < 3; turn += 1) await giveBackFirst();
  expect(await Promise.all(waiting)).toEqual([true, true]);
});

test('a request that got no place in time takes none later', async () => {
  const { places, take, giveBackFirst } = placesOf(1);
  await take('a');
  expect(await take('b', { waitMs: 1 })).toBe(false);
  await giveBackFirst();
  expect([places.waitingCount, await take('c')]).toEqual([0, true]);
  await giveBackFirst();
});
