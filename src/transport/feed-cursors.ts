import type { Plugin } from 'graphql-yoga';
import type { ChangeLog } from '../changes/change-log.ts';
import type { CursorCodec } from '../core/cursor.ts';
import type { FeedCursors } from '../core/feed-cursors.ts';
import type { Viewer } from '../core/viewer.ts';
import { operationOf } from './operation.ts';

/** For operations that ask for none. */
export const NO_FEED_CURSORS: FeedCursors = { of: async () => null };

/**
 * Reads where the feeds stand, before anything of the operation is read: root fields run side by side, so a cursor
 * that were read by one of them could be ahead of what another one saw. Only for documents that ask for it, and behind
 * the limits, as it may be much: which tenant they mean is not known yet, so for a viewer of many tenants, or one who
 * signs in by this very operation, it is all feeds, in one query.
 */
export function readFeedCursors(log: ChangeLog, cursors: CursorCodec): Plugin {
  return {
    async onExecute({ args }) {
      if (!args.contextValue.params.query?.includes('feedCursor')) return;
      const operation = operationOf(args);
      operation.feedCursors = await cursorsOfNow(operation.viewer, log, cursors);
    },
  };
}

async function cursorsOfNow(
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
      // A feed that was not there began after the operation did: all of it is still to come.
      const [made] = await log.positions([feed]);
      return made ? cursors.encode({ ...made, seq: 0 }) : null;
    },
  };
}
