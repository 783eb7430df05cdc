import type { LockstepError } from '@lockstep/client';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../app/texts.ts';
import { Button } from './button.tsx';
import styles from './states.module.css';

/** Shown until the first rows are complete. */
export function Loading(): ReactNode {
  const text = useText();
  return (
    <div className={styles.state} role="status">
      <span className={styles.spinner} aria-hidden="true" />
      <p>{text('state.loading')}</p>
    </div>
  );
}

/** Shown where there is nothing, with what to do about it. */
export function Empty({
  title,
  hint,
  action,
}: {
  title: TextKey;
  hint?: TextKey;
  action?: ReactNode;
}): ReactNode {
  const text = useText();
  return (
    <div className={styles.state}>
      <h2>{text(title)}</h2>
      {hint && <p>{text(hint)}</p>}
      {action}
    </div>
  );
}

/** Shown where the server refuses or cannot be reached: its sentence, and a way on. */
export function Failed({ error, retry }: { error: LockstepError; retry?: () => void }): ReactNode {
  const text = useText();
  const isLost = error.code === 'OFFLINE';
  return (
    <div className={styles.state} role="alert">
      <h2>{text(isLost ? 'state.offline' : 'state.refused')}</h2>
      <p>{isLost ? text('state.offlineHint') : error.message}</p>
      {error.requestId && <p className={styles.detail}>{text('state.request', { id: error.requestId })}</p>}
      {retry && <Button onClick={retry}>{text('state.retry')}</Button>}
    </div>
  );
}
