import { expect, test } from '@jest/globals';
import { OneAtATime } from '../../src/lib/one-at-a-time.ts';
import { settled } from '../support/memory-feed.ts';

/** A job that lasts until the test ends it. */
function job(begun: string[], name: string) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = () => {
    begun.push(name);
    return ended;
  };
  return { end: () => end(), work };
}

test('the jobs of a lane run one after the other, in order, and do not wait for those of another lane', async () => {
  const lanes = new OneAtATime();
  const begun: string[] = [];
  const jobs = ['a1', 'a2', 'a3', 'b1'].map((name) => ({ name, ...job(begun, name) }));
  const done = jobs.map(({ name, work }) => lanes.run(name.charAt(0), work));
  await settled();
  expect(begun).toEqual(['a1', 'b1']);
  jobs[0]?.end();
  await done[0];
  await settled();
  expect(begun).toEqual(['a1', 'b1', 'a2']);
});

test('a job that fails rejects for its caller alone, and the next one of its lane runs', async () => {
  const lanes = new OneAtATime();
  const failing = lanes.run('a', () => Promise.reject(new Error('no')));
  const next = lanes.run('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
