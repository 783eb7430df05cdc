import { expect, test } from '@jest/globals';
import { BackgroundLoop } from '../../src/lib/background-loop.ts';

const LONG_MS = 3_600_000;

/** A loop whose runs wait until the test releases them, and the number of runs that have begun. */
function aLoop(restMs: () => number) {
  let begun = 0;
  let begin: () => void = () => {};
  let end: () => void = () => {};
  const faults: unknown[] = [];
  const loop = new BackgroundLoop(
    async () => {
      begun += 1;
      begin();
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return restMs();
    },
    (error) => {
      faults.push(error);
      return 0;
    },
  );
  return {
    loop,
    faults,
    rounds: () => begun,
    nextRound: () =>
      new Promise<void>((resolve) => {
        begin = resolve;
      }),
    endRound: () => end(),
  };
}

test('a stop waits for the current run, and none begins after it', async () => {
  const one = aLoop(() => 0);
  const begun = one.nextRound();
  one.loop.start();
  await begun;
  let hasStopped = false;
  const stopping = one.loop.stop().then(() => {
    hasStopped = true;
  });
  await Promise.resolve();
  expect(hasStopped).toBe(false);
  one.endRound();
  await stopping;
  expect(one.rounds()).toBe(1);
});

test('a nudge ends the pause, also when it comes during the run before it', async () => {
  const one = aLoop(() => LONG_MS);
  const first = one.nextRound();
  one.loop.start();
  await first;
  const second = one.nextRound();
  one.loop.nudge();
  one.endRound();
  await second;
  const third = one.nextRound();
  one.endRound();
  await new Promise(setImmediate);
  one.loop.nudge();
  await third;
  expect(one.rounds()).toBe(3);
  const stopping = one.loop.stop();
  one.endRound();
  await stopping;
});

test('a run that fails is reported, and the loop continues', async () => {
  let isFailing = true;
  const one = aLoop(() => {
    if (isFailing) throw new Error('once');
    return LONG_MS;
  });
  const first = one.nextRound();
  one.loop.start();
  await first;
  const second = one.nextRound();
  one.endRound();
  await second;
  isFailing = false;
  expect(one.faults).toEqual([expect.objectContaining({ message: 'once' })]);
  const stopping = one.loop.stop();
  one.endRound();
  await stopping;
});
