import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../app/texts.ts';
import { Time } from '../ui/time.tsx';
import styles from './board.module.css';
import { ImpactBadge, IncidentBadge } from './status-badge.tsx';
import type { IncidentRow } from './status-rows.ts';

/** The incidents that are open, each a way to its timeline. */
export function IncidentCards({ incidents }: { incidents: readonly IncidentRow[] }): ReactNode {
  const text = useText();
  const intl = useIntl();
  if (incidents.length === 0) return null;
  return (
    <section aria-labelledby="open-incidents">
      <h2 id="open-incidents" className={styles.heading}>
        {text('status.openIncidents')}
      </h2>
      <ul className={styles.incidents}>
        {incidents.map(({ id, title, impact, status, startedAt, services }) => (
          <li key={id}>
            <Link to={`/incidents/${id}` as never} className={styles.incident}>
              <strong>{title}</strong>
              <span className={styles.badges}>
                <ImpactBadge impact={impact} />
                <IncidentBadge status={status} />
              </span>
              <span className={styles.muted}>
                {text('status.affects', {
                  services: intl.formatList(
                    services.map(({ service }) => service?.name ?? text('incident.deletedService')),
                  ),
                })}
                {' · '}
                {text('status.since')} <Time at={startedAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
