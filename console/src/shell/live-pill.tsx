import { useConnection } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../app/texts.ts';
import { Check, Cut, Sync } from '../ui/icons.tsx';
import { Popover } from './popover.tsx';

const AGE_EVERY_MS = 1_000;

/**
 * Says how far the page is from what the server knows: not whether there is a connection, but whether the page is in step. With
 * text and icon, never by colour alone.
 */
export function LivePill(): ReactNode {
  const { state, since, reason, retryAt, cursorAgeMs } = useConnection(AGE_EVERY_MS);
  const intl = useIntl();
  const text = useText();
  const time = (at: number) => intl.formatTime(at, { timeStyle: 'short' });
  const said = text(`live.${state}`, { time: time(since) });
  const icon =
    state === 'in-step' ? <Check /> : state === 'offline' || state === 'signed-out' ? <Cut /> : <Sync />;
  return (
    <>
      <Popover
        id="live-pill"
        name=""
        state={state}
        label={
          <>
            {icon} {said}
          </>
        }
      >
        <strong>{said}</strong>
        <p>{text(`live.about.${state}`)}</p>
        {since > 0 && <p>{text('live.since', { time: intl.formatTime(since, { timeStyle: 'medium' }) })}</p>}
        {cursorAgeMs !== null && state === 'in-step' && (
          <p>{text('live.age', { seconds: Math.floor(cursorAgeMs / 1_000) })}</p>
        )}
        {retryAt !== undefined && (
          <p>{text('live.retryAt', { time: intl.formatTime(retryAt, { timeStyle: 'medium' }) })}</p>
        )}
        {reason && <p>{reason}</p>}
      </Popover>
      <span className="unseen" role="status">
        {state === 'offline' || state === 'in-step' ? said : ''}
      </span>
    </>
  );
}
