// The one calculation of uptime (docs/decisions/0053). A sweep over the effects on a service finds its status at every
// moment by the table of precedence, so simultaneous outages count once, and a back-dated one counts from when it began.
// Times are in milliseconds, days are those of UTC. No node's life is part of it: our own outage is no outage of a service.

import type { ServiceStatus, StatusSource } from '../../generated/prisma/enums.ts';
import { type Effect, statusOf } from './precedence.terms.ts';

/**
 * The part of the time with a status that counts as down. Planned maintenance does not, and neither does a service that
 * answers slower or less than usual.
 */
export const DOWN: Readonly<Record<ServiceStatus, number>> = {
  OPERATIONAL: 0,
  UNDER_MAINTENANCE: 0,
  DEGRADED_PERFORMANCE: 0,
  PARTIAL_OUTAGE: 0.3,
  MAJOR_OUTAGE: 1,
};

const DAY_MS = 86_400_000;
/** Ratios have six digits after the point, and are never rounded up. */
const RATIO_STEPS = 1_000_000;

/** From when to when a cause gives a status; `toAt` is null while it holds. */
export interface TimedEffect {
  readonly source: StatusSource;
  readonly status: ServiceStatus;
  readonly fromAt: Date;
  readonly toAt: Date | null;
}

/** The milliseconds of a day, a month or a whole period with each status. */
export interface Uptime {
  readonly start: Date;
  readonly end: Date;
  readonly spent: Readonly<Record<ServiceStatus, number>>;
}

/** The uptime of a service in a number of days, of which today is the last. */
export interface UptimeOfDays {
  readonly total: Uptime;
  readonly days: readonly Uptime[];
  readonly months: readonly Uptime[];
}

/** Returns the first moment of the first of some days, of which the day of a time is the last. */
export function startOfDays(now: Date, days: number): Date {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return new Date(today - (days - 1) * DAY_MS);
}

/** Computes the uptime of a service from the effects on it. The time before it existed, and after now, is in no status. */
export function uptimeOf(
  effects: readonly TimedEffect[],
  existsSince: Date,
  now: Date,
  days: number,
): UptimeOfDays {
  const first = startOfDays(now, days).getTime();
  const spans = spansOf(effects, Math.max(first, existsSince.getTime()), now.getTime());
  const ofDays = Array.from({ length: days }, (_, day) => ({
    start: new Date(first + day * DAY_MS),
    end: new Date(first + (day + 1) * DAY_MS),
    spent: { ...NONE_SPENT },
  }));
  for (const { from, to, status } of spans) {
    for (let at = from; at < to; ) {
      const day = Math.floor((at - first) / DAY_MS);
      const end = Math.min(to, first + (day + 1) * DAY_MS);
      const of = ofDays[day];
      if (of) of.spent[status] += end - at;
      at = end;
    }
  }
  return { total: sumOf(ofDays), days: ofDays, months: monthsOf(ofDays) };
}

const NONE_SPENT: Readonly<Record<ServiceStatus, number>> = {
  OPERATIONAL: 0,
  UNDER_MAINTENANCE: 0,
  DEGRADED_PERFORMANCE: 0,
  PARTIAL_OUTAGE: 0,
  MAJOR_OUTAGE: 0,
};

/** A time in which the status is the same. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly status: ServiceStatus;
}

/** Sweeps over the effects: the status changes only where one begins or ends. */
function spansOf(effects: readonly TimedEffect[], from: number, to: number): Span[] {
  const timed = effects
    .map(({ source, status, fromAt, toAt }) => ({
      source,
      status,
      begin: Math.max(from, fromAt.getTime()),
      end: Math.min(to, toAt?.getTime() ?? to),
    }))
    .filter(({ begin, end }) => begin < end)
    .toSorted((a, b) => a.begin - b.begin);
  const times = [...new Set([from, to, ...timed.flatMap(({ begin, end }) => [begin, end])])].toSorted(
    (a, b) => a - b,
  );
  let next = 0;
  let held: typeof timed = [];
  return times.slice(0, -1).map((time, index) => {
    held = held.filter(({ end }) => end > time);
    for (let one = timed[next]; one && one.begin === time; one = timed[next]) {
      held.push(one);
      next += 1;
    }
    return { from: time, to: times[index + 1] ?? time, status: statusAt(held) };
  });
}

function statusAt(held: readonly Pick<TimedEffect, 'source' | 'status'>[]): ServiceStatus {
  const override = held.find(({ source }) => source === 'OVERRIDE')?.status ?? null;
  const effects = held.filter(
    (one): one is Effect => one.source === 'INCIDENT' || one.source === 'MAINTENANCE',
  );
  return statusOf(effects, override).status;
}

/** The part of each month that the days cover. */
function monthsOf(days: readonly Uptime[]): Uptime[] {
  const monthOf = ({ start }: Uptime) => start.toISOString().slice(0, 'yyyy-mm'.length);
  const months = new Set(days.map(monthOf));
  return [...months].map((month) => sumOf(days.filter((day) => monthOf(day) === month)));
}

function sumOf(days: readonly Uptime[]): Uptime {
  const spent = { ...NONE_SPENT };
  for (const day of days) {
    for (const status of STATUSES) spent[status] += day.spent[status];
  }
  return { start: days[0]?.start ?? new Date(0), end: days.at(-1)?.end ?? new Date(0), spent };
}

const STATUSES = Object.keys(DOWN) as ServiceStatus[];

/** The milliseconds of which the status is known: the service existed, and they are not in the future. */
export function knownOf({ spent }: Pick<Uptime, 'spent'>): number {
  return STATUSES.reduce((sum, status) => sum + spent[status], 0);
}

/** The milliseconds that count as down. */
export function downOf({ spent }: Pick<Uptime, 'spent'>): number {
  return STATUSES.reduce((sum, status) => sum + DOWN[status] * spent[status], 0);
}

/** The part of the known time that is not down; null if nothing is known. It is 1 only if nothing was down. */
export function ratioOf(uptime: Pick<Uptime, 'spent'>): number | null {
  const known = knownOf(uptime);
  if (known === 0) return null;
  return Math.floor((1 - downOf(uptime) / known) * RATIO_STEPS) / RATIO_STEPS;
}
