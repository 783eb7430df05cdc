import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo, useState } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay, useViewer } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import type { ConflictRowFragment } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { OtherValueDialog } from './other-value-dialog.tsx';
import { SettingValue } from './setting-value.tsx';
import { TenantChoice, useShownTenant } from './tenant-choice.tsx';
import styles from './tree.module.css';

const CONFLICT_ROW = graphql(`
  fragment ConflictRow on ConfigConflict {
    id
    version
    path
    status
    isProposal
    openedAt
    base { value }
    theirs { value }
    ours { value }
    suggestions { side value messageKey }
  }
`);

const RESOLVE = graphql(`
  mutation ConflictResolve(
    $id: ID!
    $input: ConfigConflictResolveInput!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    configConflictResolve(
      id: $id
      input: $input
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    ) {
      configConflictId
      userErrors { code rule message path }
    }
  }
`);

const USUAL = { tenant: '' };

/** The conflicts that wait for a decision, kept in step. */
export function ConflictsPage(): ReactNode {
  const text = useText();
  const viewer = useViewer();
  const [{ tenant }, change] = useUrlState(USUAL);
  const tenantId = useShownTenant(tenant);
  return (
    <Page title={text('menu.configConflicts')} lead={text('conflicts.lead')}>
      {!viewer.tenant && (
        <FilterBar>
          <TenantChoice chosenId={tenant} onChoose={(id) => change({ tenant: id })} />
        </FilterBar>
      )}
      {tenantId ? (
        <Conflicts tenantId={tenantId} />
      ) : (
        <Empty title="config.chooseTenant" hint="config.chooseTenantHint" />
      )}
    </Page>
  );
}

function Conflicts({ tenantId }: { tenantId: string }): ReactNode {
  const asked = useMemo(
    () => ({
      tenantId,
      filter: { status: { equals: 'OPEN' } },
      orderBy: [{ field: 'path' as const }],
    }),
    [tenantId],
  );
  const { rows, status, error } = useLiveList(CONFLICT_ROW, asked);
  if (status === 'ended' && error) return <Failed error={error} />;
  if (status === 'loading' || status === 'idle') return <Loading />;
  if (rows.length === 0) return <Empty title="conflicts.none" hint="conflicts.noneHint" />;
  return rows.map((conflict) => <Conflict key={conflict.id} conflict={conflict} />);
}

function Conflict({ conflict }: { conflict: ConflictRowFragment }): ReactNode {
  const text = useText();
  const toast = useToast();
  const mayWrite = useMay('config:write');
  const [resolve, isResolving] = useAction(RESOLVE);
  const [isTyping, setTyping] = useState(false);
  const { id, version, path, isProposal, openedAt, base, theirs, ours, suggestions } = conflict;
  const decide = async (input: { side: 'PLATFORM' | 'TENANT' } | { value: unknown }) => {
    const isDone = await resolve({ id, input, expectedVersion: version });
    if (isDone) toast(text('conflicts.resolved'), 'good');
    return isDone;
  };
  const isSuggested = (side: string) => suggestions.some((one) => one.side === side);
  return (
    <Card title={path}>
      <p className={styles.note}>
        {text('conflicts.since')} <Time at={openedAt} />
        {isProposal && ` · ${text('conflicts.proposal')}`}
      </p>
      <dl className={styles.sides}>
        <Side label={text('conflicts.base')} side={base} />
        <Side label={text('conflicts.theirs')} side={theirs} isSuggested={isSuggested('PLATFORM')} />
        <Side label={text('conflicts.ours')} side={ours} isSuggested={isSuggested('TENANT')} />
      </dl>
      {mayWrite && (
        <div className={styles.decisions}>
          <Button
            disabled={isResolving}
            aria-label={text('conflicts.takeOf', { path })}
            onClick={() => void decide({ side: 'PLATFORM' })}
          >
            {text('conflicts.take')}
          </Button>
          <Button
            disabled={isResolving}
            aria-label={text('conflicts.keepOf', { path })}
            onClick={() => void decide({ side: 'TENANT' })}
          >
            {text('conflicts.keep')}
          </Button>
          <Button
            kind="quiet"
            aria-label={text('conflicts.otherOf', { path })}
            onClick={() => setTyping(true)}
          >
            {text('conflicts.other')}
          </Button>
        </div>
      )}
      {isTyping && (
        <OtherValueDialog
          path={path}
          first={suggestions.find(({ side }) => !side)?.value ?? ours?.value ?? theirs?.value}
          decide={(value) => decide({ value })}
          onClose={() => setTyping(false)}
        />
      )}
    </Card>
  );
}

function Side({
  label,
  side,
  isSuggested = false,
}: {
  label: string;
  side: { value?: unknown } | null | undefined;
  isSuggested?: boolean;
}): ReactNode {
  const text = useText();
  return (
    <div data-suggested={isSuggested}>
      <dt>
        {label}
        {isSuggested && <span>{text('conflicts.suggested')}</span>}
      </dt>
      <dd>{side ? <SettingValue value={side.value} /> : text('conflicts.unset')}</dd>
    </div>
  );
}
