import { describe, expect, test } from '@jest/globals';
import type { ChangeLog } from '../../../src/changes/change-log.ts';
import type { OnWakeUp, WakeUps } from '../../../src/changes/wake-ups.ts';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import type { Change } from '../../../src/core/rows/change.ts';
import type { FeedTail } from '../../../src/live/tails/feed-tail.ts';
import { TailRegistry } from '../../../src/live/tails/tail-registry.ts';
import { settled } from '../../support/memory-feed.ts';
import { silentLog } from '../../support/silent-log.ts';

const FEED = '018f0000-0000-7000-8000-000000000001';
// The interval varies, and a delay beyond 2 ** 31 - 1 is none at all.
const NEVER = 2 ** 30;

/** A feed of `length` changes, with a log and pub/sub whose answers the test can delay. */
class Feed {
  length = 7;
  epoch = FEED;
  #hear: OnWakeUp = () => {};
  /** Runs after the log has looked at its end and before it answers. */
  meanwhile: () => Promise<void> = async () => {};

  changes(after: number, upTo: number): Change[] {
    return Array.from({ length: Math.min(upTo, this.length) - after }, (_, index) => ({
      ...({} as Change),
      feed: FEED,
      seq: after + index + 1,
      occurredAt: new Date(),
    }));
  }

  async tail(): Promise<{ tails: TailRegistry; tail: FeedTail }> {
    const log = {
      positions: async () => {
        const seen = { feed: FEED, epoch: this.epoch, seq: this.length };
        await this.meanwhile();
        return [seen];
      },
      read: async (_feed: string, after: number, upTo: number) => this.changes(after, upTo),
    } as unknown as ChangeLog;
    const wakeUps = {
      listen: (_feed: string, onWakeUp: OnWakeUp) => {
        this.#hear = onWakeUp;
        return () => {};
      },
    } as unknown as WakeUps;
    const tails = new TailRegistry({
      changeLog: log,
      applyRights: async () => {},
      wakeUps,
      log: silentLog,
      metrics: createMetrics(),
      ringSize: 10,
      maxRingBytes: 1_000_000,
      pollIntervalMs: NEVER,
    });
    const lease = await tails.hold(FEED);
    if (!lease) throw new Error('The feed was not found.');
    return { tails, tail: lease.tail };
  }

  /** Announces changes, as another node does. */
  wakeUp(changes: readonly Change[]): void {
    this.#hear({ epoch: this.epoch, changes });
  }

  /** Adds a change and announces it. */
  write(): void {
    this.length += 1;
    this.wakeUp(this.changes(this.length - 1, this.length));
  }
}

describe('the tail of a feed', () => {
  test('L: does not break if a wake-up overtakes the answer of a poll', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.meanwhile = () => {
      feed.write();
      return new Promise((resolve) => setImmediate(resolve));
    };
    await tails.poll();
    await tails.stop();
    expect([tail.isBroken, tail.last]).toEqual([false, 8]);
  });

  test('L: breaks if the log ends before the changes that it has read, as after a restore', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.length = 6;
    await tails.poll();
    await tails.stop();
    expect(tail.isBroken).toBe(true);
  });

  test('L O D: takes changes once and in order, from wake-ups that are late, lost, duplicated or out of order', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.length = 12;
    for (const seq of [9, 8, 8, 12, 10]) feed.wakeUp(feed.changes(seq - 1, seq));
    await tails.poll();
    const kept = tail.since(7, 9)?.map(({ seq }) => seq);
    await tails.stop();
    expect([tail.last, kept]).toEqual([12, [8, 9, 10, 11, 12]]);
  });

  test('L: breaks if the log has another epoch, however far the log goes', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.epoch = 'after a restore';
    feed.length = 8;
    await tails.poll();
    await tails.stop();
    expect([tail.isBroken, tail.last]).toEqual([true, 7]);
  });

  test('L: takes nothing from a wake-up of another epoch, and asks the log which epoch is current', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.epoch = 'after a restore';
    feed.write();
    await settled();
    await tails.stop();
    expect([tail.isBroken, tail.last]).toEqual([true, 7]);
  });

  test('a broken tail is replaced for its next holder, and by the next poll for holders that stay', async () => {
    const feed = new Feed();
    const { tails, tail } = await feed.tail();
    feed.length = 6;
    await tails.poll();
    const next = await tails.hold(FEED);
    await tails.poll();
    feed.write();
    await settled();
    expect([tail.isBroken, tail.last, next?.tail.isBroken, next?.tail.last]).toEqual([true, 7, false, 7]);
    feed.length = 5;
    await tails.poll();
    next?.release();
    await tails.poll();
    feed.write();
    await settled();
    expect((await tails.hold(FEED))?.tail.last).toBe(6);
    await tails.stop();
  });
});
