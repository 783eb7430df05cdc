import { useLiveList } from '@lockstep/client/react';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useText } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { ArrowLeft } from '../ui/icons.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './board.module.css';
import { IncidentTimeline } from './incident-timeline.tsx';
import { PostUpdate } from './post-update.tsx';
import { ImpactBadge, IncidentBadge, ServiceBadge } from './status-badge.tsx';
import { INCIDENT_ROW, type IncidentRow, UPDATE_ROW } from './status-rows.ts';

/** One incident with its timeline, kept in step. */
export function IncidentPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const asked = useMemo(() => ({ id }), [id]);
  const { rows, status, error } = useLiveList(INCIDENT_ROW, asked);
  const [incident] = rows;
  if (status === 'ended' && error) return <Failed error={error} />;
  if (!incident && (status === 'loading' || status === 'idle')) return <Loading />;
  if (!incident) return <Empty title="incident.gone" hint="incident.goneHint" action={<Back />} />;
  return <Incident incident={incident} />;
}

function Incident({ incident }: { incident: IncidentRow }): ReactNode {
  const text = useText();
  const mayWrite = useMay('status:write');
  const { title, impact, status, startedAt, resolvedAt, services } = incident;
  return (
    <Page
      title={title}
      back={<Back />}
      lead={
        <span className={styles.lead}>
          <ImpactBadge impact={impact} />
          <IncidentBadge status={status} />
          <span>
            {text('status.since')} <Time at={startedAt} />
          </span>
          {resolvedAt && (
            <span>
              {text('status.resolved')} <Time at={resolvedAt} />
            </span>
          )}
        </span>
      }
    >
      <div className={styles.columns}>
        <Timeline incidentId={incident.id} />
        <div className={styles.side}>
          {mayWrite && <PostUpdate incident={incident} />}
          <Card title={text('incident.services')}>
            <ul className={styles.affects}>
              {services.map(({ serviceId, status: given, service }) => (
                <li key={serviceId}>
                  <span>{service?.name ?? text('incident.deletedService')}</span>
                  <ServiceBadge status={given} />
                </li>
              ))}
            </ul>
          </Card>
        </div>
      </div>
    </Page>
  );
}

function Timeline({ incidentId }: { incidentId: string }): ReactNode {
  const text = useText();
  const asked = useMemo(() => ({ filter: { incidentId: { equals: incidentId } } }), [incidentId]);
  const { rows, status, error } = useLiveList(UPDATE_ROW, asked);
  return (
    <Card title={text('incident.timeline')}>
      {status === 'ended' && error && <Failed error={error} />}
      {(status === 'loading' || status === 'idle') && <Loading />}
      {(status === 'in-step' || status === 'catching-up') && rows.length === 0 && (
        <p className={styles.muted}>{text('incident.noUpdates')}</p>
      )}
      {rows.length > 0 && <IncidentTimeline updates={rows} />}
    </Card>
  );
}

function Back(): ReactNode {
  const text = useText();
  return (
    <Link to={'/status-board' as never}>
      <ArrowLeft /> {text('incident.back')}
    </Link>
  );
}
