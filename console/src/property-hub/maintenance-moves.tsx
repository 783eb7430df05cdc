import type { ReactNode } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import type { MaintenanceCard } from './maintenance.ts';
import styles from './maintenance-page.module.css';

const ASSIGN = graphql(`
  mutation MaintenanceAssign($id: ID!, $assigneeId: ID, $expectedVersion: Int, $idempotencyKey: String) {
    maintenanceRequestAssign(
      id: $id
      assigneeId: $assigneeId
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    ) {
      maintenanceRequestId
      userErrors { code rule message path }
    }
  }
`);

const SET = graphql(`
  mutation MaintenanceStatusSet(
    $id: ID!
    $status: MaintenanceStatus!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    maintenanceRequestStatusSet(
      id: $id
      status: $status
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    ) {
      maintenanceRequestId
      userErrors { code rule message path }
    }
  }
`);

const REOPEN = graphql(`
  mutation MaintenanceReopen($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    maintenanceRequestReopen(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      maintenanceRequestId
      userErrors { code rule message path }
    }
  }
`);

/** The status that follows by the work itself. */
const NEXT = { ASSIGNED: 'IN_PROGRESS', IN_PROGRESS: 'RESOLVED', RESOLVED: 'CLOSED' } as const;

/** The next steps of a request. The version goes with them: what others did meanwhile is looked at first. */
export function MaintenanceMoves({ request }: { request: MaintenanceCard }): ReactNode {
  const text = useText();
  const viewer = useViewer();
  const [assign, isAssigning] = useAction(ASSIGN);
  const [set, isSetting] = useAction(SET);
  const [reopen, isReopening] = useAction(REOPEN);
  const { id, status, version, title } = request;
  const given = { id, expectedVersion: version };
  const next = status in NEXT ? NEXT[status as keyof typeof NEXT] : null;
  return (
    <fieldset className={styles.moves}>
      <legend className="unseen">{text('maintenance.movesOf', { title })}</legend>
      {status === 'OPEN' && (
        <Button disabled={isAssigning} onClick={() => void assign({ ...given, assigneeId: viewer.id })}>
          {text('maintenance.take')}
        </Button>
      )}
      {next && (
        <Button disabled={isSetting} onClick={() => void set({ ...given, status: next })}>
          {text(`maintenance.to.${next}`)}
        </Button>
      )}
      {(status === 'RESOLVED' || status === 'CLOSED') && (
        <Button kind="quiet" disabled={isReopening} onClick={() => void reopen(given)}>
          {text('maintenance.reopen')}
        </Button>
      )}
    </fieldset>
  );
}
