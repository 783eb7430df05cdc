import { useLiveList } from '@lockstep/client/react';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { Conversation } from '../conversation/conversation.tsx';
import { Badge } from '../ui/badge.tsx';
import { ArrowLeft } from '../ui/icons.tsx';
import { Card, Facts, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { MAINTENANCE_CARD, type MaintenanceCard } from './maintenance.ts';
import { MaintenanceMoves } from './maintenance-moves.tsx';

/** One maintenance request with its conversation, kept in step. */
export function RequestPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const asked = useMemo(() => ({ id }), [id]);
  const { rows, status, error } = useLiveList(MAINTENANCE_CARD, asked);
  const [request] = rows;
  if (status === 'ended' && error) return <Failed error={error} />;
  if (!request && (status === 'loading' || status === 'idle')) return <Loading />;
  if (!request) return <Empty title="request.gone" hint="request.goneHint" action={<Back />} />;
  return <Request request={request} />;
}

function Request({ request }: { request: MaintenanceCard }): ReactNode {
  const text = useText();
  const word = useWord();
  const mayWrite = useMay('maintenance:write');
  const mayConverse = useMay('messages:read');
  const { id, title, description, status, priority, unit, assignee, createdAt } = request;
  return (
    <Page
      title={title}
      back={<Back />}
      lead={<Badge of="MaintenancePriority" value={priority} />}
      actions={mayWrite && <MaintenanceMoves request={request} />}
    >
      <Card title={text('request.facts')}>
        {description && <p>{description}</p>}
        <Facts
          facts={[
            { label: text('request.status'), value: word('MaintenanceStatus', status) },
            { label: text('maintenance.unit'), value: unit?.label },
            { label: text('request.assignee'), value: assignee?.name },
            { label: text('request.reported'), value: <Time at={createdAt} /> },
          ]}
        />
      </Card>
      {mayConverse && <Conversation key={id} maintenanceRequestId={id} />}
    </Page>
  );
}

function Back(): ReactNode {
  const text = useText();
  return (
    <Link to={'/maintenance' as never}>
      <ArrowLeft /> {text('request.back')}
    </Link>
  );
}
