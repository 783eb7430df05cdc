import type { RowChange } from '@lockstep/client';
import { useLiveList } from '@lockstep/client/react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useMay, useViewer } from '../app/viewer.tsx';
import { useRecentChanges } from '../live/recent-changes.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Plus } from '../ui/icons.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { MAINTENANCE_CARD, MAINTENANCE_STATUSES, type MaintenanceCard } from './maintenance.ts';
import { MaintenanceMoves } from './maintenance-moves.tsx';
import styles from './maintenance-page.module.css';
import { ReportDialog } from './report-dialog.tsx';

const NEWEST_FIRST = { orderBy: [{ field: 'createdAt', direction: 'DESC' as const }] };

/** The requests that the viewer may see, in a column for each status. */
export function MaintenancePage(): ReactNode {
  const text = useText();
  const mayReport = useMay('maintenance:report');
  const [isReporting, setReporting] = useState(false);
  return (
    <Page
      title={text('menu.maintenance')}
      lead={text('maintenance.lead')}
      actions={
        mayReport && (
          <Button kind="primary" onClick={() => setReporting(true)}>
            <Plus /> {text('maintenance.report')}
          </Button>
        )
      }
    >
      <Board />
      {isReporting && <ReportDialog onClose={() => setReporting(false)} />}
    </Page>
  );
}

function Board(): ReactNode {
  const word = useWord();
  const { id } = useViewer();
  const { rows, status, error, changed } = useLiveList(MAINTENANCE_CARD, NEWEST_FIRST);
  const recent = useRecentChanges(changed, id);
  if (status === 'ended' && error) return <Failed error={error} />;
  if (status === 'loading' || status === 'idle') return <Loading />;
  if (rows.length === 0) return <Empty title="maintenance.none" hint="maintenance.noneHint" />;
  return (
    <div className={styles.board} data-stale={status === 'stale'}>
      {MAINTENANCE_STATUSES.map((column) => {
        const own = rows.filter((row) => row.status === column);
        return (
          <section key={column} aria-labelledby={`column-${column}`} className={styles.column}>
            <h2 id={`column-${column}`}>
              {word('MaintenanceStatus', column)} <span>{own.length}</span>
            </h2>
            <ul>
              {own.map((row) => (
                <Card key={row.id} request={row} change={recent(row.id)} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function Card({ request, change }: { request: MaintenanceCard; change: RowChange | undefined }): ReactNode {
  const text = useText();
  const mayWrite = useMay('maintenance:write');
  const { title, description, priority, unit, assignee, createdAt } = request;
  return (
    <li className={styles.card} data-changed={change !== undefined}>
      <div className={styles.above}>
        <Badge of="MaintenancePriority" value={priority} />
        <span>{unit?.label}</span>
      </div>
      <h3>
        <Link to={`/maintenance/${request.id}` as never}>{title}</Link>
      </h3>
      {description && <p className={styles.description}>{description}</p>}
      <p className={styles.facts}>
        <Time at={createdAt} withTime={false} />
        {assignee && <span>{assignee.name}</span>}
      </p>
      {change && (
        <p className={styles.change}>
          {text('maintenance.changedBy', { name: change.by.name ?? text('table.someone') })}
        </p>
      )}
      {mayWrite && <MaintenanceMoves request={request} />}
    </li>
  );
}
