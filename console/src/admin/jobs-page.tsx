import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import type { JobRowFragment } from '../gql/graphql.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './jobs-page.module.css';

const JOB_ROW = graphql(`
  fragment JobRow on BulkJob {
    id
    version
    kind
    status
    total
    doneCount
    failedCount
    createdAt
    requestedBy { id name }
  }
`);

const CANCEL = graphql(`
  mutation JobCancel($id: ID!, $idempotencyKey: String) {
    bulkJobCancel(id: $id, idempotencyKey: $idempotencyKey) {
      bulkJobId
      userErrors { code rule message path }
    }
  }
`);

const NEWEST_FIRST = { orderBy: [{ field: 'createdAt', direction: 'DESC' as const }] };

/** The jobs that change many rows, with their progress. */
export function JobsPage(): ReactNode {
  const text = useText();
  const { rows, status, error } = useLiveList(JOB_ROW, NEWEST_FIRST);
  return (
    <Page title={text('menu.jobs')} lead={text('jobs.lead')}>
      {status === 'ended' && error && <Failed error={error} />}
      {(status === 'loading' || status === 'idle') && <Loading />}
      {(status === 'in-step' || status === 'catching-up') && rows.length === 0 && (
        <Empty title="jobs.none" hint="jobs.noneHint" />
      )}
      {rows.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </Page>
  );
}

function Job({ job }: { job: JobRowFragment }): ReactNode {
  const text = useText();
  const word = useWord();
  const [cancel, isCancelling] = useAction(CANCEL);
  const { id, kind, status, total, doneCount, failedCount, createdAt, requestedBy } = job;
  const isOpen = status === 'QUEUED' || status === 'RUNNING';
  const name = word('BulkJobKind', kind);
  return (
    <Card title={name} actions={<Badge of="BulkJobStatus" value={status} />}>
      <progress
        className={styles.bar}
        max={total || 1}
        value={doneCount}
        aria-label={text('jobs.progressOf', { name })}
      />
      <p className={styles.facts}>
        <span>{text('jobs.progress', { done: doneCount, total })}</span>
        {failedCount > 0 && (
          <span className={styles.failed}>{text('jobs.failed', { count: failedCount })}</span>
        )}
        <span>
          <Time at={createdAt} />
          {requestedBy && `, ${requestedBy.name}`}
        </span>
        {isOpen && (
          <Button disabled={isCancelling} onClick={() => void cancel({ id })}>
            {text('jobs.cancel')}
          </Button>
        )}
      </p>
    </Card>
  );
}
