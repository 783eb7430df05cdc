import type { ChangeLog } from '../changes/change-log.ts';
import type { CursorCodec } from '../core/cursor.ts';
import type { FeedCursors } from '../core/feed-cursors.ts';
import type { Viewer } from '../core/viewer.ts';

const NONE: FeedCursors = { of: async () => null };

/**
 * Reads where the feeds stand, before anything of the operation is read: root fields run side by side, so a cursor
 * that were read by one of them could be ahead of what another one saw. Only for documents that ask for it; which
 * tenant they mean is not known yet, so for a viewer of many tenants, or one who signs in by this very operation, it is
 * all feeds, in one query.
 */
export async function readFeedCursors(
  query: string | null | undefined,
  viewer: Viewer | null,
  log: ChangeLog,
  cursors: CursorCodec,
): Promise<FeedCursors> {
  if (!query?.includes('feedCursor')) return NONE;
  const positions =
    !viewer || viewer.reach === 'EVERY_TENANT'
      ? await log.allPositions()
      : await log.positions([viewer.homeFeed, ...viewer.reach]);
  const known = new Map(positions.map((position) => [position.feed, cursors.encode(position)]));
  return {
    async of(feed) {
      const cursor = known.get(feed);
      if (cursor) return cursor;
      // A feed that was not there began after the operation did: all of it is still to come.
      const [made] = await log.positions([feed]);
      return made ? cursors.encode({ ...made, seq: 0 }) : null;
    },
  };
}
