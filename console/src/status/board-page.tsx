import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useState } from 'react';
import { useText } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { Button } from '../ui/button.tsx';
import { Plus } from '../ui/icons.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { BoardServices } from './board-services.tsx';
import { IncidentCards } from './incident-cards.tsx';
import { OpenIncidentDialog } from './open-incident-dialog.tsx';
import { PlannedMaintenance } from './planned-maintenance.tsx';
import { StatusBanner } from './status-banner.tsx';
import { INCIDENT_ROW, SERVICE_ROW } from './status-rows.ts';
import { worstOf } from './status-text.ts';

const IN_ORDER = {
  orderBy: [{ field: 'position' as const, direction: 'ASC' as const }, { field: 'name' as const }],
};
const OPEN = {
  filter: { resolvedAt: { isNull: true } },
  orderBy: [{ field: 'startedAt', direction: 'DESC' as const }],
};

/** What works and what does not, kept in step. */
export function BoardPage(): ReactNode {
  const text = useText();
  const mayWrite = useMay('status:write');
  const services = useLiveList(SERVICE_ROW, IN_ORDER);
  const incidents = useLiveList(INCIDENT_ROW, OPEN);
  const [isOpening, setOpening] = useState(false);
  const isThere = services.rows.length > 0;
  const lists = [services, incidents];
  const refused = lists.find(({ status, error }) => status === 'ended' && error)?.error;
  const isLoading = lists.some(({ status }) => status === 'loading' || status === 'idle');
  return (
    <Page
      title={text('menu.status')}
      lead={text('status.lead')}
      actions={
        mayWrite &&
        isThere && (
          <Button kind="primary" onClick={() => setOpening(true)}>
            <Plus /> {text('status.open')}
          </Button>
        )
      }
    >
      {refused && <Failed error={refused} />}
      {!refused && isLoading && <Loading />}
      {!refused && !isLoading && !isThere && <Empty title="status.none" hint="status.noneHint" />}
      {!refused && !isLoading && isThere && (
        <>
          <StatusBanner
            status={worstOf(services.rows.map(({ status }) => status))}
            note={text('status.counts', {
              services: services.rows.length,
              incidents: incidents.rows.length,
            })}
          />
          <IncidentCards incidents={incidents.rows} />
          <BoardServices services={services.rows} />
          <PlannedMaintenance services={services.rows} />
        </>
      )}
      {isOpening && <OpenIncidentDialog services={services.rows} onClose={() => setOpening(false)} />}
    </Page>
  );
}
