import { expect, test } from '@jest/globals';
import { FairQueue } from '../../src/lib/fair-queue.ts';
import { settled } from '../support/memory-feed.ts';

/** A job that lasts until the test ends it. */
function job() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => ended };
}

test('no more jobs than allowed run at a time, in whichever lanes', async () => {
  const queue = new FairQueue(2);
  const begun: string[] = [];
  const jobs = ['a', 'b', 'c'].map((lane) => ({ lane, ...job() }));
  const done = jobs.map(({ lane, work }) =>
    queue.run(lane, () => {
      begun.push(lane);
      return work();
    }),
  );
  expect(begun).toEqual(['a', 'b']);
  jobs[1]?.end();
  await done[1];
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a job waits for one job of each other lane, however many wait there', async () => {
  const queue = new FairQueue(1);
  const order: string[] = [];
  const run = (lane: string, name: string) =>
    queue.run(lane, async () => {
      order.push(name);
    });
  await Promise.all([
    ...[1, 2, 3, 4].map((number) => run('crowd', `crowd ${number}`)),
    run('other', 'other 1'),
    run('third', 'third 1'),
    run('other', 'other 2'),
  ]);
  expect(order).toEqual(['crowd 1', 'crowd 2', 'other 1', 'third 1', 'crowd 3', 'other 2', 'crowd 4']);
});

test('a job that fails rejects for its caller, and the next one runs', async () => {
  const queue = new FairQueue(1);
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const next = queue.run('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
