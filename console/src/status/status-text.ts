import { useCallback } from 'react';
import { useIntl } from 'react-intl';
import type texts from './texts.json';

type StatusKey = keyof typeof texts;

/**
 * Gives a text of this wing. The public page shows parts of it, too, and is sent the texts of no other wing: so this function
 * knows no others.
 */
export function useStatusText(): (
  key: StatusKey,
  values?: Readonly<Record<string, string | number>>,
) => string {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

/** The status of a service. */
export type ServiceStatus =
  | 'OPERATIONAL'
  | 'UNDER_MAINTENANCE'
  | 'DEGRADED_PERFORMANCE'
  | 'PARTIAL_OUTAGE'
  | 'MAJOR_OUTAGE';

/** The statuses of services, the best one first. */
export const SERVICE_STATUSES = [
  'OPERATIONAL',
  'UNDER_MAINTENANCE',
  'DEGRADED_PERFORMANCE',
  'PARTIAL_OUTAGE',
  'MAJOR_OUTAGE',
] as const satisfies readonly ServiceStatus[];

/** The worst of some statuses. */
export function worstOf(statuses: readonly ServiceStatus[]): ServiceStatus {
  return SERVICE_STATUSES.findLast((status) => statuses.includes(status)) ?? 'OPERATIONAL';
}

/** The status of an incident. */
export type IncidentStatus = 'INVESTIGATING' | 'IDENTIFIED' | 'MONITORING' | 'RESOLVED' | 'POSTMORTEM';

/** How bad an incident is. */
export type IncidentImpact = 'NONE' | 'MINOR' | 'MAJOR' | 'CRITICAL';
