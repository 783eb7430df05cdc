import type { ChangeLog } from '../changes/change-log.ts';
import type { CursorCodec } from '../core/feeds/cursor.ts';
import type { FeedCursors } from '../core/feeds/feed-cursors.ts';
import type { Viewer } from '../core/rights/viewer.ts';

/** The cursors of an operation that asks for none. */
export const NO_FEED_CURSORS: FeedCursors = { of: async () => null };

/**
 * Reads the current ends of the feeds that a viewer can reach. The tenant that an operation means is not known before
 * it is executed. So for a viewer of every tenant, and for a client that may sign in within the operation, all feeds
 * are read, in one query.
 */
export async function readFeedCursors(
  viewer: Viewer | null,
  log: ChangeLog,
  cursors: CursorCodec,
): Promise<FeedCursors> {
  const positions =
    !viewer || viewer.reach === 'EVERY_TENANT'
      ? await log.allPositions()
      : await log.positions([viewer.homeFeed, ...viewer.reach]);
  const known = new Map(positions.map((position) => [position.feed, position]));
  return {
    async of(feed) {
      const position = known.get(feed);
      if (position) return cursors.encode(position);
      // The feed was created after the operation began: none of its changes has been read yet.
      const [created] = await log.positions([feed]);
      return created ? cursors.encode({ ...created, seq: 0 }) : null;
    },
  };
}
