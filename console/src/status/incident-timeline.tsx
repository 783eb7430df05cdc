import type { ReactNode } from 'react';
import { Time } from '../ui/time.tsx';
import styles from './incident-timeline.module.css';
import { STATUS_TONES } from './status-badge.tsx';
import { type IncidentStatus, useStatusText } from './status-text.ts';

/** What was known of an incident at a time. */
export interface TimelineUpdate {
  readonly id: string;
  readonly status: IncidentStatus;
  readonly message: string;
  readonly occurredAt: string;
  readonly isBackdated: boolean;
  readonly visibility?: 'PUBLIC' | 'TENANT' | 'STAFF';
}

/** The updates of an incident, the latest first. */
export function IncidentTimeline({ updates }: { updates: readonly TimelineUpdate[] }): ReactNode {
  const text = useStatusText();
  const latestFirst = updates.toSorted((one, other) => other.occurredAt.localeCompare(one.occurredAt));
  return (
    <ol className={styles.timeline}>
      {latestFirst.map(({ id, status, message, occurredAt, isBackdated, visibility }) => (
        <li key={id} data-tone={STATUS_TONES[status]}>
          <p className={styles.head}>
            <strong>{text(`enum.IncidentStatus.${status}`)}</strong>
            <span>
              <Time at={occurredAt} />
            </span>
            {visibility && visibility !== 'PUBLIC' && (
              <span>{text(`enum.UpdateVisibility.${visibility}`)}</span>
            )}
            {isBackdated && <span>{text('status.addedLater')}</span>}
          </p>
          <p className={styles.message}>{message}</p>
        </li>
      ))}
    </ol>
  );
}
