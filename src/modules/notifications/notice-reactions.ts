import { isDeepStrictEqual } from 'node:util';
import type { Params } from '../../core/requests/fault.ts';
import type { Entity, EntityRow } from '../../core/rows/change.ts';
import type { Notice } from '../../core/rows/notice.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { subjectColumns } from './notice-subject.ts';
import { notificationFanOut, notificationFollowUp } from './notifications.changes.ts';

/**
 * The reactions that note a change of which users are notified, in the transaction of the change. It inserts one row, whatever the
 * number of recipients, and waits for none.
 */
export function noticeReactions(notices: Iterable<Notice>): Reaction[] {
  const all = [...notices];
  const entities = new Set(all.map(({ entity }) => entity));
  const followUps = [...entities].map((entity) =>
    noteFollowUp(
      entity,
      all.filter((notice) => notice.entity === entity),
    ),
  );
  return [...all.map(noteCause), ...followUps];
}

function noteCause(notice: Notice): Reaction {
  const { entity, key, happens, detail } = notice;
  return {
    entity: entity.name,
    react: async (tx, before, after) => {
      if (!after || !happens(before, after)) return;
      await note(tx, entity, after, key, detail?.(after));
    },
  };
}

/** A row that moves to other viewers, no longer concerns some, or is deleted, takes their notifications along. */
function noteFollowUp(entity: Entity, notices: readonly Notice[]): Reaction {
  const decisive = (row: EntityRow) => [
    subjectColumns(row),
    ...notices.map(({ stillConcerns }) => stillConcerns?.(row)),
  ];
  return {
    entity: entity.name,
    react: async (tx, before, after) => {
      if (!before || (after && isDeepStrictEqual(decisive(before), decisive(after)))) return;
      await note(tx, entity, before, null);
    },
  };
}

async function note(
  tx: Transaction,
  entity: Entity,
  row: EntityRow,
  messageKey: string | null,
  detail: Params = {},
) {
  const [feed] = entity.feeds(row);
  const data = { messageKey, entityType: entity.name, entityId: row.id, feed, detail };
  const cause = await tx.db.notificationCause.create({ data });
  await tx.schedule(messageKey ? notificationFanOut : notificationFollowUp, cause, await tx.now());
}
