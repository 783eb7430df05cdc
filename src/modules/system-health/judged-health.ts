import type { NodeFacts } from '../../core/feeds/node-facts.ts';
import type { StoredHealth } from './stored-health.ts';

/** A node that lags for longer is late for users, as the alarm `LockstepLag` has it. */
const LATE_MS = 1_000;

/** A reason why the installation is not well. */
export type HealthReason =
  | 'DATABASE_UNREACHABLE'
  | 'LOG_UNREADABLE'
  | 'NODE_BEHIND'
  | 'REDIS_DOWN'
  | 'DATABASE_WAITING'
  | 'DUE_WORK_LATE'
  | 'DUE_WORK_PARKED'
  | 'WEBHOOKS_DISABLED'
  | 'MAIL_FAILING';

export type HealthState = 'OK' | 'DEGRADED' | 'FAILING';

/** The reasons in words. Each but the last is an alarm of docs/runbook.md, which says what to do. */
export const REASONS: Readonly<
  Record<HealthReason, { readonly words: string; readonly isFailing: boolean }>
> = {
  DATABASE_UNREACHABLE: {
    words: 'The database does not answer: requests are refused.',
    isFailing: true,
  },
  LOG_UNREADABLE: {
    words:
      'A node cannot read the change log: what no wake-up brings does not arrive (LockstepLogUnreadable).',
    isFailing: true,
  },
  NODE_BEHIND: {
    words: 'A node has lagged for more than a second after the change log (LockstepLag).',
    isFailing: false,
  },
  REDIS_DOWN: {
    words: 'A node does not reach Redis: changes arrive by the poll, and none is lost (LockstepWakeUpsLost).',
    isFailing: false,
  },
  DATABASE_WAITING: {
    words: 'Requests wait for a connection to the database (LockstepDatabaseWaiting).',
    isFailing: false,
  },
  DUE_WORK_LATE: {
    words: 'Work has been due for more than five seconds (LockstepDueWorkLate).',
    isFailing: false,
  },
  DUE_WORK_PARKED: {
    words: 'Work failed three times and waits for `parkedWorkRetry` (LockstepParkedWork).',
    isFailing: false,
  },
  WEBHOOKS_DISABLED: {
    words: 'A webhook was disabled within the last hour (LockstepWebhooksDisabled).',
    isFailing: false,
  },
  MAIL_FAILING: {
    words: 'The last try of an e-mail that waits has failed: `mailMessages` says why.',
    isFailing: false,
  },
};

/** The installation at a moment, as far as it is known. */
export interface KnownHealth {
  readonly nodes: readonly NodeFacts[];
  readonly stored: StoredHealth;
}

/** The reasons that hold, the worst first. */
export function reasonsOf({ nodes, stored: { counts } }: KnownHealth): HealthReason[] {
  const holds: Readonly<Record<HealthReason, boolean>> = {
    DATABASE_UNREACHABLE: counts === null,
    LOG_UNREADABLE: nodes.some(({ isReading }) => !isReading),
    NODE_BEHIND: nodes.some(({ msBehind }) => msBehind > LATE_MS),
    REDIS_DOWN: nodes.some(({ redis }) => redis === 'down'),
    DATABASE_WAITING: nodes.some(({ poolWaiting }) => poolWaiting > 0),
    DUE_WORK_LATE: (counts?.dueLate ?? 0) > 0,
    DUE_WORK_PARKED: (counts?.dueParked ?? 0) > 0,
    WEBHOOKS_DISABLED: (counts?.webhooksDisabledNow ?? 0) > 0,
    MAIL_FAILING: (counts?.mailFailing ?? 0) > 0,
  };
  return (Object.keys(REASONS) as HealthReason[]).filter((reason) => holds[reason]);
}

/** The state that follows from the reasons. */
export function stateOf(reasons: readonly HealthReason[]): HealthState {
  if (reasons.some((reason) => REASONS[reason].isFailing)) return 'FAILING';
  return reasons.length > 0 ? 'DEGRADED' : 'OK';
}

/** The part of which a change is worth an event: without what differs at each look, such as latencies and the use of pools. */
export function lastingOf({ nodes, stored: { counts } }: KnownHealth): object {
  const { logMebibytes: _size, ...lasting } = counts ?? { logMebibytes: 0 };
  return {
    nodes: nodes.map(({ id, version, since, connections, isDraining, isReading, changesBehind, redis }) => ({
      ...{ id, version, since, connections, isDraining, isReading, changesBehind, redis },
    })),
    counts: counts && lasting,
  };
}
