// The one rule of precedence (docs/decisions/0050). A service has the status of the first row of this table that holds:
//
//   1. its override                                                        OVERRIDE
//   2. of the incidents and the maintenance windows that affect it,
//      the worst status, by WORSE; of equal ones that of an incident       INCIDENT or MAINTENANCE
//   3. OPERATIONAL                                                         NONE
//
// A window gives UNDER_MAINTENANCE, so an incident that degrades a service is not hidden by maintenance. Everything that
// tells a status calls these functions: the row of the service, and its uptime at every moment of the past.

import type { ServiceStatus, StatusSource } from '../../generated/prisma/enums.ts';

/** The statuses, each worse than the one before it. PostgreSQL sorts them in the same order. */
const WORSE: readonly ServiceStatus[] = [
  'OPERATIONAL',
  'UNDER_MAINTENANCE',
  'DEGRADED_PERFORMANCE',
  'PARTIAL_OUTAGE',
  'MAJOR_OUTAGE',
];

/** Where the status of an effect comes from. */
export type EffectSource = Exclude<StatusSource, 'NONE' | 'OVERRIDE'>;

/** The status that an incident or a maintenance window that has not ended gives to a service. */
export interface Effect {
  readonly source: EffectSource;
  readonly status: ServiceStatus;
}

/** The status of a service, what it is without an override, and where it comes from. */
export interface StatusOfService {
  readonly status: ServiceStatus;
  readonly statusSource: StatusSource;
  readonly derivedStatus: ServiceStatus;
}

/** Returns the status of a service from the effects that hold and the status of its override, null if it has none. */
export function statusOf(effects: readonly Effect[], override: ServiceStatus | null): StatusOfService {
  const { status: derivedStatus, source } = derivedOf(effects);
  if (override === null) return { status: derivedStatus, statusSource: source, derivedStatus };
  return { status: override, statusSource: 'OVERRIDE', derivedStatus };
}

function derivedOf(effects: readonly Effect[]): { status: ServiceStatus; source: StatusSource } {
  const derivedStatus = worstOf(effects.map(({ status }) => status));
  const worst = effects.filter(({ status }) => status === derivedStatus);
  const source = worst.find((effect) => effect.source === 'INCIDENT')?.source ?? worst[0]?.source ?? 'NONE';
  return { status: derivedStatus, source };
}

/** Returns the worst of some statuses; OPERATIONAL if there is none. */
export function worstOf(statuses: readonly ServiceStatus[]): ServiceStatus {
  return WORSE.findLast((status) => statuses.includes(status)) ?? 'OPERATIONAL';
}
