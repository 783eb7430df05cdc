import type { LockstepError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import { type ReactNode, useEffect, useState } from 'react';
import { useLiveQuery } from '../app/live-query.ts';
import { useText, useWord } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import type { AuditTrailQuery } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './audit-page.module.css';

const TRAIL = graphql(`
  query AuditTrail($first: Int!) {
    auditLog(first: $first) {
      nodes {
        id
        action
        entity
        entityId
        changedFields
        occurredAt
        actor { kind id name }
        changes { field before after }
      }
      pageInfo { hasNextPage }
    }
  }
`);

const CHECK = graphql(`
  query AuditChainCheck {
    verifyAuditChain { isIntact isComplete checkedCount }
  }
`);

const ADDED = `subscription AuditFollowed($after: Cursor) { auditLogAdded(after: $after) { __typename } }`;
const NO_TYPES: readonly string[] = [];
const PAGE = 25;
const MOST = 100;
const SOON_MS = 300;

type Entry = NonNullable<AuditTrailQuery['auditLog']>['nodes'][number];

/** Who changed what, the latest first, and whether the trail is what was written. */
export function AuditPage(): ReactNode {
  const text = useText();
  const [first, setFirst] = useState(PAGE);
  const { data, error, isLoading, retry } = useLiveQuery(TRAIL, { first }, NO_TYPES);
  useAdded(retry);
  const trail = data?.auditLog;
  return (
    <Page title={text('menu.audit')} lead={text('audit.lead')} actions={<ChainCheck />}>
      {isLoading && <Loading />}
      {!trail && error && <Failed error={error} retry={retry} />}
      {trail?.nodes.length === 0 && <Empty title="audit.none" />}
      {trail && trail.nodes.length > 0 && (
        <Card>
          <ol className={styles.trail}>
            {trail.nodes.map((entry) => (
              <AuditEntry key={entry.id} entry={entry} />
            ))}
          </ol>
          {trail.pageInfo.hasNextPage && first < MOST && (
            <Button onClick={() => setFirst(first + PAGE)}>{text('audit.more')}</Button>
          )}
        </Card>
      )}
    </Page>
  );
}

/** Calls a function when the trail has grown, at most every 300 ms. */
function useAdded(onAdded: () => void): void {
  const lockstep = useLockstep();
  const [count, setCount] = useState(0);
  useEffect(() => {
    const operation = { query: ADDED, variables: {}, hasPositions: false };
    return lockstep.follow(operation, {
      item: () => setCount((before) => before + 1),
      lost() {},
      ended() {},
    });
  }, [lockstep]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count alone says that there is more.
  useEffect(() => {
    if (count === 0) return;
    const timer = setTimeout(onAdded, SOON_MS);
    return () => clearTimeout(timer);
  }, [count]);
}

function AuditEntry({ entry }: { entry: Entry }): ReactNode {
  const text = useText();
  const word = useWord();
  const { action, entity, entityId, actor, occurredAt, changes, changedFields } = entry;
  return (
    <li>
      <div className={styles.head}>
        <Badge of="AuditAction" value={action} />
        <strong>{word('AuditEntity', entity)}</strong>
        <span className={styles.muted}>{entityId}</span>
      </div>
      <p className={styles.muted}>
        {actor.name ?? word('ActorKind', actor.kind)}, <Time at={occurredAt} />
      </p>
      {changes && changes.length > 0 ? (
        <details>
          <summary>{text('audit.changes', { count: changes.length })}</summary>
          <dl className={styles.changes}>
            {changes.map(({ field, before, after }) => (
              <div key={field}>
                <dt>{field}</dt>
                <dd>
                  <del>{shown(before)}</del> <ins>{shown(after)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ) : (
        changedFields.length > 0 && <p className={styles.muted}>{changedFields.join(', ')}</p>
      )}
    </li>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function ChainCheck(): ReactNode {
  const lockstep = useLockstep();
  const text = useText();
  const toast = useToast();
  const [isRunning, setRunning] = useState(false);
  const check = async () => {
    setRunning(true);
    try {
      const { verifyAuditChain: report } = await lockstep.request(CHECK);
      if (report) {
        const { isIntact, checkedCount } = report;
        toast(
          text(isIntact ? 'audit.intact' : 'audit.broken', { count: checkedCount }),
          isIntact ? 'good' : 'bad',
        );
      }
    } catch (error) {
      toast((error as LockstepError).message, 'bad');
    }
    setRunning(false);
  };
  return (
    <Button disabled={isRunning} onClick={() => void check()}>
      {text('audit.check')}
    </Button>
  );
}
