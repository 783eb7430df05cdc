import { type DocumentNode, getOperationAST, OperationTypeNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ChangeLog } from '../../changes/change-log.ts';
import type { CursorCodec } from '../../core/feeds/cursor.ts';
import { onceFor } from '../../lib/once-for.ts';
import { readFeedCursors } from '../../operations/feed-cursors.ts';
import { operationOf } from './operation-source.ts';

/**
 * Reads the cursors of the feeds before the operation reads anything else. Root fields run in parallel, so a cursor
 * that one of them reads could be ahead of what another one has read. Only documents that select `feedCursor` pay for
 * it. A client that has not signed in can do so only in a mutation, so its queries read no feed.
 */
export function snapshotCursors(log: ChangeLog, cursors: CursorCodec): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      if (!selectsFeedCursor(args.document)) return;
      const operation = operationOf(args);
      const kind = getOperationAST(args.document, args.operationName)?.operation;
      if (!operation.viewer && kind === OperationTypeNode.QUERY) return;
      // As part of the execution, for which the plugins that follow wait for a turn.
      setExecuteFn(async (own) => {
        operation.feedCursors = await readFeedCursors(operation.viewer, log, cursors);
        return executeFn(own);
      });
    },
  };
}

/** Tells whether a document selects a feed's cursor. The text may have the word in a comment or a value, too. */
export const selectsFeedCursor = onceFor((document: DocumentNode): boolean => {
  let isSelected = false;
  visit(document, {
    Field({ name }) {
      if (name.value === 'feedCursor') isSelected = true;
    },
  });
  return isSelected;
});
