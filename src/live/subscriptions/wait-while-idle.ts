import type { ClientConnection } from '../connections/client-connection.ts';
import type { FeedTail } from '../tails/feed-tail.ts';

export interface IdleParts {
  readonly tail: FeedTail;
  readonly connection: Pick<ClientConnection, 'onViewerChange'>;
  readonly positionIntervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the tail has advanced past `seq` or broken, the viewer has changed or the signal is aborted; true if none
 * of this happened within the interval.
 */
export function waitWhileIdle(
  { tail, connection, positionIntervalMs, signal }: IdleParts,
  seq: number,
): Promise<boolean> {
  if (tail.last > seq || tail.isBroken || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (wasIdle: boolean) => {
      clearTimeout(timer);
      forgetTail();
      forgetViewer();
      signal.removeEventListener('abort', onNews);
      resolve(wasIdle);
    };
    const onNews = () => finish(false);
    const forgetTail = tail.onceAdvanced(onNews);
    const forgetViewer = connection.onViewerChange(onNews);
    const timer = setTimeout(() => finish(true), positionIntervalMs).unref();
    signal.addEventListener('abort', onNews);
  });
}
