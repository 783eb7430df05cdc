import type { Plugin } from 'graphql-yoga';
import type { ChangeLog } from '../../changes/change-log.ts';
import type { CursorCodec } from '../../core/feeds/cursor.ts';
import { readFeedCursors } from '../../operations/feed-cursors.ts';
import { operationOf } from './operation-source.ts';

/**
 * Reads the cursors of the feeds before the operation reads anything else. Root fields run in parallel, so a cursor
 * that one of them reads could be ahead of what another one has read. Only documents that mention `feedCursor` pay for
 * it.
 */
export function snapshotCursors(log: ChangeLog, cursors: CursorCodec): Plugin {
  return {
    async onExecute({ args }) {
      if (!args.contextValue.params.query?.includes('feedCursor')) return;
      const operation = operationOf(args);
      operation.feedCursors = await readFeedCursors(operation.viewer, log, cursors);
    },
  };
}
