import type { ChangeLog } from '../../src/changes/change-log.ts';
import type { Position } from '../../src/core/feeds/feed.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { systemActor } from '../../src/core/rows/actor.ts';
import type { Change, EntityRow } from '../../src/core/rows/change.ts';
import { FeedTail } from '../../src/live/tails/feed-tail.ts';
import { RingMemory } from '../../src/live/tails/ring-memory.ts';
import { silentLog } from './silent-log.ts';

interface MemoryFeedParts {
  readonly ringSize?: number;
  readonly ringMemory?: RingMemory;
  readonly applyRights?: () => Promise<void>;
}

/** The feed of a unit, whose log is a list. */
export class MemoryFeed {
  static readonly FEED = '01a1f85d-0000-7000-8000-000000000001';
  readonly tail: FeedTail;
  readonly metrics = createMetrics();
  #changes: Change[] = [];
  #last = 0;

  constructor({
    ringSize = 100,
    ringMemory = new RingMemory(Number.POSITIVE_INFINITY),
    applyRights = async () => {},
  }: MemoryFeedParts = {}) {
    this.tail = new FeedTail(this.at(0), {
      changeLog: this.log,
      applyRights,
      log: silentLog,
      metrics: this.metrics,
      ringSize,
      ringMemory,
    });
  }

  /** The log that subscriptions read. */
  get log(): ChangeLog {
    const read: ChangeLog['read'] = async (_feed, after, upTo, limit) =>
      this.#changes.filter(({ seq }) => seq > after && seq <= upTo).slice(0, limit);
    const readOf: ChangeLog['readOf'] = async (entities, _feed, after, upTo, limit) =>
      this.#changes
        .filter(({ seq, entity }) => seq > after && seq <= upTo && entities.includes(entity))
        .slice(0, limit);
    const occurrence: ChangeLog['occurrence'] = async (_feed, wanted) =>
      this.#changes.find(({ seq }) => seq === wanted)?.occurredAt ?? null;
    const positions = async () => [this.at(this.#last)];
    return { read, readOf, occurrence, positions } as Partial<ChangeLog> as ChangeLog;
  }

  /** A position in the feed, in the form in which the log gives that of its end. */
  at(seq: number): Position {
    return { feed: MemoryFeed.FEED, epoch: MemoryFeed.FEED, seq };
  }

  /** Writes a change that is not announced yet. */
  write(parts: Partial<Change> & { image?: EntityRow & Record<string, unknown> } = {}): Change {
    this.#last += 1;
    const seq = this.#last;
    const change: Change = {
      feed: MemoryFeed.FEED,
      seq,
      eventId: `event-${seq}`,
      kind: 'UPDATED',
      entity: 'Thing',
      entityId: 'thing',
      entityVersion: seq,
      image: { id: 'thing', version: seq },
      before: {},
      rights: null,
      actor: systemActor('the system'),
      requestId: null,
      ip: null,
      occurredAt: new Date(0),
      ...parts,
    };
    this.#changes.push(change);
    return change;
  }

  /** Writes a change and announces it. */
  tell(parts: Parameters<MemoryFeed['write']>[0] = {}): Change {
    const change = this.write(parts);
    this.tail.offer([change]);
    return change;
  }

  /** Removes changes from the log, oldest first, up to a position. */
  prune(upTo: number): void {
    this.#changes = this.#changes.filter(({ seq }) => seq > upTo);
  }
}

/** Resolves when all promises that wait only for other promises are settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
