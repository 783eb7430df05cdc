import { beforeEach, expect, test } from '@jest/globals';
import { ChainChecks } from '../../src/changes/chain-checks.ts';
import { OutOfTime } from '../../src/core/requests/deadline.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { settled } from '../support/memory-feed.ts';

const WAITS = { refusal: null };
const HAS_GONE = { refusal: new OutOfTime(1, 'NOT_STARTED') };

/** Checks that last until the test ends them. */
class HeldChecks extends ChainChecks {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  constructor() {
    super((_prisma, feed, after) => {
      this.begun.push(`${feed}${after}`);
      return new Promise((resolve) => this.#ends.push(() => resolve(null)));
    });
  }

  ask(feed: string, after = 0, asker: typeof WAITS | typeof HAS_GONE = WAITS): Promise<unknown> {
    return this.run({} as PrismaClient, feed, after, asker);
  }

  /** Ends the oldest running check. */
  async end(): Promise<void> {
    this.#ends.shift()?.();
    await settled();
  }
}

let checks: HeldChecks;

beforeEach(() => {
  checks = new HeldChecks();
});

test('two chains are checked at a time, and the feeds take turns', async () => {
  void checks.ask('a', 1);
  void checks.ask('a', 2);
  void checks.ask('a', 3);
  void checks.ask('a', 4);
  void checks.ask('b', 1);
  expect(checks.begun).toEqual(['a1', 'a2']);
  await checks.end();
  await checks.end();
  expect(checks.begun).toEqual(['a1', 'a2', 'a3', 'b1']);
});

test('a request shares an equal check that waits, but not one that runs, which may have read its end before', async () => {
  void checks.ask('a');
  void checks.ask('b');
  const shared = [checks.ask('a'), checks.ask('a'), checks.ask('a')];
  await checks.end();
  expect(checks.begun).toEqual(['a0', 'b0', 'a0']);
  void checks.ask('a');
  await checks.end();
  expect(checks.begun).toEqual(['a0', 'b0', 'a0', 'a0']);
  await checks.end();
  expect(await Promise.all(shared)).toEqual([null, null, null]);
});

test('a check does not begin when all of its callers have given up, and begins when one still waits', async () => {
  void checks.ask('a');
  void checks.ask('b');
  const forNobody = checks.ask('c', 0, HAS_GONE);
  const forOne = [checks.ask('d', 0, HAS_GONE), checks.ask('d')];
  void forNobody.catch(() => {});
  await checks.end();
  await expect(forNobody).rejects.toBe(HAS_GONE.refusal);
  expect(checks.begun).toEqual(['a0', 'b0', 'd0']);
  await checks.end();
  await checks.end();
  expect(await Promise.all(forOne)).toEqual([null, null]);
});
