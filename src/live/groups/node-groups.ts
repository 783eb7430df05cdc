import type { CursorCodec } from '../../core/feeds/cursor.ts';
import type { View } from '../../graph/events/follow.ts';
import type { WindowRows } from '../../graph/events/window-rows.ts';
import { onceFor } from '../../lib/once-for.ts';
import type { Backlog } from '../tails/backlog.ts';
import { CursorCache } from '../tails/cursor-cache.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import type { GroupParts } from './group.ts';
import { GroupRegistry } from './group-registry.ts';
import { type GroupCache, PayloadCache } from './payload-cache.ts';
import { SnapshotReads, type SnapshotReadsParts } from './snapshot-reads.ts';
import { Window } from './window.ts';
import { WindowMemory } from './window-memory.ts';

/** The parts that all groups of a node share. */
export interface NodeGroupsParts
  extends Pick<GroupParts, 'executor' | 'contextFor' | 'present' | 'metrics'>,
    SnapshotReadsParts {
  readonly cursors: CursorCodec;
  /** Has the changes that tails no longer keep. */
  readonly backlog: Backlog;
  readonly positionIntervalMs: number;
  /** Whether subscriptions share executions; otherwise each has a group of its own. */
  readonly isSharing: boolean;
}

/**
 * The groups of all tails of a node. A group reads one tail only: a tail that is opened again for the same feed gets
 * groups of its own.
 */
export class NodeGroups {
  readonly parts: NodeGroupsParts;
  /** The groups of a tail. */
  readonly registryOf: (tail: FeedTail) => GroupRegistry = onceFor(() => new GroupRegistry());
  /** The cursors of a tail. */
  readonly cursorsOf: (tail: FeedTail) => CursorCache;
  /** The snapshots of all groups. */
  readonly snapshots: SnapshotReads;
  readonly #payloads = new PayloadCache();
  readonly #windows = new WindowMemory();

  constructor(parts: NodeGroupsParts) {
    this.parts = parts;
    this.snapshots = new SnapshotReads(parts);
    this.cursorsOf = onceFor((tail: FeedTail) => new CursorCache(tail, parts.cursors));
  }

  /** Returns the window of a new group. It reads nothing before it is asked. */
  newWindow(tail: FeedTail, rows: WindowRows, view: View): Window {
    return new Window({
      tail,
      readBacklog: (after, interest) => this.parts.backlog.read(tail, after, interest),
      rows,
      view,
      read: (take) => this.snapshots.readWindow(tail, rows, take),
      memory: this.#windows,
    });
  }

  /** Returns the payload cache of a new group. */
  newCache(): GroupCache {
    return this.#payloads.ofGroup();
  }
}
