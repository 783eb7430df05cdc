import type { ReactNode } from 'react';
import { STATUS_TONES } from './status-badge.tsx';
import styles from './status-banner.module.css';
import { type ServiceStatus, useStatusText } from './status-text.ts';

const FINE = 'M7 12.5l3.5 3.5L17 8.5';
const WORK = 'M8 12h8';
const BAD = 'M12 7v6M12 16.5h.01';

/** The status of the whole in one sentence, as the first thing that is read. */
export function StatusBanner({ status, note }: { status: ServiceStatus; note?: ReactNode }): ReactNode {
  const text = useStatusText();
  const path = status === 'OPERATIONAL' ? FINE : status === 'UNDER_MAINTENANCE' ? WORK : BAD;
  return (
    <div className={styles.banner} data-tone={STATUS_TONES[status]} role="status">
      <svg viewBox="0 0 24 24" width="36" height="36" aria-hidden="true">
        <circle cx="12" cy="12" r="11" fill="currentColor" />
        <path d={path} fill="none" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <div>
        <p className={styles.sentence}>{text(`status.whole.${status}`)}</p>
        {note && <p className={styles.note}>{note}</p>}
      </div>
    </div>
  );
}
