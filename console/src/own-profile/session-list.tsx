import { useLockstep, useSession } from '@lockstep/client/react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLiveQuery } from '../app/live-query.ts';
import { useAction } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { ConfirmDialog } from '../forms/confirm-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { OwnSessionsQuery } from '../gql/graphql.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './own-profile.module.css';

const SESSIONS = graphql(`
  query OwnSessions {
    viewerSessions { id device provider createdAt lastUsedAt hasSecondFactor isCurrent }
  }
`);

const CHANGED = `subscription OwnSessionsFollowed($after: Cursor) {
  viewerSessionsChanged(after: $after) { __typename }
}`;

const REVOKE = graphql(`
  mutation OwnSessionRevoke($id: ID!) {
    sessionRevoke(id: $id) { endedSessions userErrors { code rule message path } }
  }
`);

type OwnSession = NonNullable<OwnSessionsQuery['viewerSessions']>[number];

const NOTHING = {};
const NO_TYPES: readonly string[] = [];

/** The sessions of the viewer on all devices. It is read again whenever one begins or ends. */
export function SessionList(): ReactNode {
  const text = useText();
  const { data, error, isLoading, retry } = useLiveQuery(SESSIONS, NOTHING, NO_TYPES);
  useSessionEvents(retry);
  return (
    <Card title={text('ownProfile.sessions')}>
      <p className={styles.muted}>{text('ownProfile.sessionsHint')}</p>
      {isLoading && <Loading />}
      {error && <Failed error={error} retry={retry} />}
      {data && (
        <ul className={styles.sessions} aria-label={text('ownProfile.sessions')}>
          {(data.viewerSessions ?? []).map((session) => (
            <SessionItem key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Calls the handler whenever a session of the viewer has begun or ended, and after each loss of the connection. */
function useSessionEvents(handler: () => void): void {
  const lockstep = useLockstep();
  const session = useSession();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (session.status === 'signed-out') return;
    const operation = { query: CHANGED, variables: {}, hasPositions: false };
    const read = () => latest.current();
    return lockstep.follow(operation, { item: read, lost() {}, ended: read });
  }, [lockstep, session]);
}

function SessionItem({ session }: { session: OwnSession }): ReactNode {
  const text = useText();
  const word = useWord();
  const { session: own } = useLockstep();
  const [revoke] = useAction(REVOKE);
  const [isAsked, setAsked] = useState(false);
  const { id, device, provider, createdAt, lastUsedAt, hasSecondFactor, isCurrent } = session;
  const name = device ?? text('ownProfile.unknownDevice');
  return (
    <li className={styles.session}>
      <div>
        <h3>{name}</h3>
        {isCurrent && <p className={styles.current}>{text('ownProfile.current')}</p>}
        <p className={styles.muted}>
          {word('SignInProvider', provider)}
          {hasSecondFactor && `, ${text('ownProfile.secondFactor')}`}
        </p>
        <p className={styles.muted}>
          {text('ownProfile.since')} <Time at={createdAt} /> · {text('ownProfile.lastUsed')}{' '}
          <Time at={lastUsedAt} />
        </p>
      </div>
      {isCurrent ? (
        <Button onClick={() => void own.signOut()}>{text('signOut')}</Button>
      ) : (
        <Button kind="bad" aria-label={text('ownProfile.endOf', { name })} onClick={() => setAsked(true)}>
          {text('ownProfile.end')}
        </Button>
      )}
      {isAsked && (
        <ConfirmDialog
          title={text('ownProfile.endTitle')}
          question={text('ownProfile.endQuestion', { name })}
          confirmText={text('ownProfile.end')}
          confirm={() => revoke({ id })}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}
