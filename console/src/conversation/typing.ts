import { useLockstep, useSession } from '@lockstep/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { graphql } from '../gql/gql.ts';
import type { TypingFollowedSubscription } from '../gql/graphql.ts';

const FOLLOWED = graphql(`
  subscription TypingFollowed($maintenanceRequestId: ID!, $after: Cursor) {
    typingChanged(maintenanceRequestId: $maintenanceRequestId, after: $after) {
      __typename
      users { isFromStaff isInternal user { id name } }
    }
  }
`);

const SET = graphql(`
  mutation ConversationTyping($input: TypingSetInput!) { typingSet(input: $input) { userErrors { code } } }
`);

/** The server forgets a sign after five seconds. */
const SIGN_EVERY_MS = 3_000;

/** A user who is writing at this moment. */
export type Writer = TypingFollowedSubscription['typingChanged']['users'][number];

/** Who is writing about a request. No one is while the connection is lost. */
export function useWriters(maintenanceRequestId: string): readonly Writer[] {
  const lockstep = useLockstep();
  const session = useSession();
  const [writers, setWriters] = useState<readonly Writer[]>([]);
  useEffect(() => {
    if (session.status === 'signed-out') return;
    const forget = () => setWriters([]);
    const operation = {
      query: FOLLOWED.toString(),
      variables: { maintenanceRequestId },
      hasPositions: false,
    };
    const stop = lockstep.follow(operation, {
      item: ({ users }) => setWriters(users as readonly Writer[]),
      lost: forget,
      ended: forget,
    });
    return () => {
      stop();
      forget();
    };
  }, [lockstep, session, maintenanceRequestId]);
  return writers;
}

/** Tells the others that the viewer is writing, at most every three seconds; `end` says that it is over. */
export function useTypingSign(maintenanceRequestId: string): {
  readonly sign: (isInternal: boolean) => void;
  readonly end: () => void;
} {
  const lockstep = useLockstep();
  const last = useRef({ at: 0, isInternal: false });
  const send = useCallback(
    (isTyping: boolean, isInternal: boolean) => {
      const input = { maintenanceRequestId, isTyping, isInternal };
      // A sign that is lost is no fault: the next one follows, or none is needed.
      lockstep.request(SET, { input }).catch(() => {});
    },
    [lockstep, maintenanceRequestId],
  );
  const sign = useCallback(
    (isInternal: boolean) => {
      const { current } = last;
      if (Date.now() - current.at < SIGN_EVERY_MS && current.isInternal === isInternal) return;
      last.current = { at: Date.now(), isInternal };
      send(true, isInternal);
    },
    [send],
  );
  const end = useCallback(() => {
    if (last.current.at === 0) return;
    last.current = { at: 0, isInternal: false };
    send(false, false);
  }, [send]);
  useEffect(() => end, [end]);
  return { sign, end };
}
