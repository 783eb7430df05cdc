import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import styles from './board.module.css';
import type { ServiceRow } from './status-rows.ts';

const WINDOW_ROW = graphql(`
  fragment WindowRow on MaintenanceWindow {
    id
    version
    title
    description
    status
    startsAt
    endsAt
    serviceIds
  }
`);

const AHEAD = {
  filter: { status: { in: ['SCHEDULED', 'IN_PROGRESS'] } },
  orderBy: [{ field: 'startsAt', direction: 'ASC' as const }],
};

/** The maintenance that runs or is planned, the next one first. */
export function PlannedMaintenance({ services }: { services: readonly ServiceRow[] }): ReactNode {
  const text = useText();
  const intl = useIntl();
  const { rows } = useLiveList(WINDOW_ROW, AHEAD);
  if (rows.length === 0) return null;
  return (
    <Card title={text('status.maintenance')}>
      <ul className={styles.windows}>
        {rows.map(({ id, title, description, status, startsAt, endsAt, serviceIds }) => (
          <li key={id}>
            <h3>
              {title} <Badge of="MaintenanceWindowStatus" value={status} />
            </h3>
            <p className={styles.muted}>
              {text('status.from')} <Time at={startsAt} /> {text('status.until')} <Time at={endsAt} />
            </p>
            {description && <p>{description}</p>}
            <p className={styles.muted}>
              {text('status.affects', {
                services: intl.formatList(
                  serviceIds.map(
                    (own) =>
                      services.find((service) => service.id === own)?.name ?? text('incident.deletedService'),
                  ),
                ),
              })}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
