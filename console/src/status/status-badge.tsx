import type { ReactNode } from 'react';
import styles from '../ui/badge.module.css';
import {
  type IncidentImpact,
  type IncidentStatus,
  type ServiceStatus,
  useStatusText,
} from './status-text.ts';

/** The tone of each status and impact. The text says the same without the colour. */
export const STATUS_TONES = {
  OPERATIONAL: 'good',
  UNDER_MAINTENANCE: 'accent',
  DEGRADED_PERFORMANCE: 'warn',
  PARTIAL_OUTAGE: 'bad',
  MAJOR_OUTAGE: 'bad',
  INVESTIGATING: 'bad',
  IDENTIFIED: 'warn',
  MONITORING: 'accent',
  RESOLVED: 'good',
  POSTMORTEM: 'good',
  NONE: 'plain',
  MINOR: 'warn',
  MAJOR: 'bad',
  CRITICAL: 'bad',
} as const satisfies Readonly<Record<ServiceStatus | IncidentStatus | IncidentImpact, string>>;

/** The status of a service. */
export function ServiceBadge({ status }: { status: ServiceStatus }): ReactNode {
  const text = useStatusText();
  return (
    <span className={styles.badge} data-tone={STATUS_TONES[status]}>
      {text(`enum.ServiceStatus.${status}`)}
    </span>
  );
}

/** The status of an incident. */
export function IncidentBadge({ status }: { status: IncidentStatus }): ReactNode {
  const text = useStatusText();
  return (
    <span className={styles.badge} data-tone={STATUS_TONES[status]}>
      {text(`enum.IncidentStatus.${status}`)}
    </span>
  );
}

/** How bad an incident is. */
export function ImpactBadge({ impact }: { impact: IncidentImpact }): ReactNode {
  const text = useStatusText();
  return (
    <span className={styles.badge} data-tone={STATUS_TONES[impact]}>
      {text(`enum.IncidentImpact.${impact}`)}
    </span>
  );
}
