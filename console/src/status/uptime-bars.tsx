import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useStatusText } from './status-text.ts';
import styles from './uptime-bars.module.css';

const DAY_MS = 86_400_000;
/** From this ratio on, a day counts as one with a small disturbance. */
const SMALL_FROM = 0.98;

/** How much of each day a service was up. */
export interface Uptimes {
  /** The first day, in UTC. */
  readonly since: string;
  /** The ratio of each day; null where nothing is known, e.g. before the service was there. */
  readonly days: readonly (number | null)[];
  readonly ratio: number | null;
}

/** A bar for each day, the earliest first, and the uptime of all of them. The label says in words what the bars show. */
export function UptimeBars({ name, uptimes }: { name: string; uptimes: Uptimes }): ReactNode {
  const text = useStatusText();
  const intl = useIntl();
  const { since, days, ratio } = uptimes;
  const percent = (value: number) =>
    intl.formatNumber(value, { style: 'percent', maximumFractionDigits: 2, roundingMode: 'floor' } as never);
  const shown =
    ratio === null ? text('status.uptimeUnknown') : text('status.uptime', { ratio: percent(ratio) });
  const disturbed = days.filter((day) => day !== null && day < 1).length;
  const dayOf = (place: number) =>
    intl.formatDate(new Date(Date.parse(since) + place * DAY_MS), { dateStyle: 'medium', timeZone: 'UTC' });
  return (
    <div className={styles.frame}>
      <div
        className={styles.bars}
        role="img"
        aria-label={text('status.uptimeOf', { name, ratio: shown, days: days.length, disturbed })}
      >
        {days.map((day, place) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the place of a day is the day.
            key={place}
            data-level={levelOf(day)}
            title={`${dayOf(place)}: ${day === null ? text('status.dayUnknown') : percent(day)}`}
          />
        ))}
      </div>
      <div className={styles.below} aria-hidden="true">
        <span>{text('status.daysAgo', { days: days.length })}</span>
        <span className={styles.line} />
        <span>{shown}</span>
        <span className={styles.line} />
        <span>{text('status.today')}</span>
      </div>
    </div>
  );
}

function levelOf(ratio: number | null): 'unknown' | 'up' | 'disturbed' | 'down' {
  if (ratio === null) return 'unknown';
  if (ratio === 1) return 'up';
  return ratio >= SMALL_FROM ? 'disturbed' : 'down';
}
