import { useConnection, useLockstep } from '@lockstep/client/react';
import { useEffect, useState } from 'react';
import { type LiveQuery, useLiveQuery } from '../app/live-query.ts';
import { graphql } from '../gql/gql.ts';
import type { NotesQuery } from '../gql/graphql.ts';

const NOTES = graphql(`
  query Notes($first: Int!, $filter: NotificationFilter) {
    unreadCount
    notifications(first: $first, filter: $filter) {
      nodes { id version text severity isRead count lastAt entityType entityId }
      pageInfo { hasNextPage }
    }
  }
`);

export const MARK_READ = graphql(`
  mutation NoteMarkRead($id: ID!, $idempotencyKey: String) {
    notificationMarkRead(id: $id, idempotencyKey: $idempotencyKey) {
      notificationId
      userErrors { code rule message path }
    }
  }
`);

export const MARK_ALL_READ = graphql(`
  mutation NotesMarkAllRead {
    notificationsMarkAllRead { markedCount userErrors { code rule message path } }
  }
`);

const COUNTED = `subscription NotesFollowed($after: Cursor) { unreadCountChanged(after: $after) { __typename } }`;
const NO_TYPES: readonly string[] = [];
const SOON_MS = 150;

export type Note = NonNullable<NotesQuery['notifications']>['nodes'][number];

/** The latest notifications and the number of those that are unread, kept in step. */
export function useNotes(first: number, isUnreadOnly: boolean): LiveQuery<NotesQuery> {
  const notes = useLiveQuery(
    NOTES,
    { first, ...(isUnreadOnly && { filter: { isRead: { equals: false } } }) },
    NO_TYPES,
  );
  const changes = useChanges();
  const { retry } = notes;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number of changes alone says that there is more.
  useEffect(() => {
    if (changes === 0) return;
    const timer = setTimeout(retry, SOON_MS);
    return () => clearTimeout(timer);
  }, [changes]);
  return notes;
}

/** Counts the changes of what is unread, and the times when the page is in step again: something may have been missed. */
function useChanges(): number {
  const lockstep = useLockstep();
  const { state } = useConnection();
  const [count, setCount] = useState(0);
  useEffect(() => {
    const operation = { query: COUNTED, variables: {}, hasPositions: false };
    return lockstep.follow(operation, {
      item: () => setCount((before) => before + 1),
      lost() {},
      ended() {},
    });
  }, [lockstep]);
  useEffect(() => {
    if (state === 'in-step') setCount((before) => before + 1);
  }, [state]);
  return count;
}

/** The page about what a notification tells of; null if there is none. */
export function pageOf({ entityType, entityId }: Note): string | null {
  if (entityType === 'Incident') return `/incidents/${entityId}`;
  if (entityType === 'Customer') return `/customers/${entityId}`;
  return entityType === 'MaintenanceRequest' ? '/maintenance' : null;
}
