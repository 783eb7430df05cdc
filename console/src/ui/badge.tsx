import type { ReactNode } from 'react';
import { useWord } from '../app/texts.ts';
import styles from './badge.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'plain';

/** The tones of the values of enums; the others are plain. The text says the same without the colour. */
const TONES: Readonly<Record<string, Tone>> = {
  ACTIVE: 'good',
  ALLOW: 'good',
  COMPLETED: 'good',
  RECEIVED: 'good',
  RESOLVED: 'good',
  ASSIGNED: 'accent',
  IN_PROGRESS: 'accent',
  RUNNING: 'accent',
  TRIAL: 'accent',
  HIGH: 'warn',
  INVITED: 'warn',
  PAST_DUE: 'warn',
  PENDING: 'warn',
  DENY: 'bad',
  FAILED: 'bad',
  LOCKED: 'bad',
  SUSPENDED: 'bad',
  URGENT: 'bad',
};

/** The value of an enum. */
export function Badge({ of, value, tone }: { of: string; value: string; tone?: Tone }): ReactNode {
  const word = useWord();
  return (
    <span className={styles.badge} data-tone={tone ?? TONES[value] ?? 'plain'}>
      {word(of, value)}
    </span>
  );
}
