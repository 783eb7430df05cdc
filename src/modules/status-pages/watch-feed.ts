import type { Change } from '../../core/rows/change.ts';

/** A feed that is watched until it is closed. */
export interface FeedWatch {
  /** The time until which the node is known to have every change of the feed. */
  completeUntil(): Date;
  /** Whether the last poll of the feeds has succeeded. */
  isComplete(): boolean;
  close(): void;
}

/**
 * Watches a feed from its end on: each time that the feed has grown, the new changes are given, or null if some of them
 * are not in memory any more or the feed has begun again; after null the watch has ended. Throws if the database is
 * unavailable.
 */
export type WatchFeed = (
  feed: string,
  onChanges: (changes: readonly Change[] | null) => void,
) => Promise<FeedWatch>;
