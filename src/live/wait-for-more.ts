import type { ClientConnection } from './client-connection.ts';
import type { FeedTail } from './feed-tail.ts';

/** What a follower waits for, and how long before it says that it is quiet. */
export interface Awaited {
  readonly tail: FeedTail;
  readonly connection: Pick<ClientConnection, 'onViewerChange'>;
  readonly positionIntervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the tail has more than what stands at `seq`, the rights of the client change or the signal is given; true
 * if none of this happened for the interval.
 */
export function waitForMore(
  { tail, connection, positionIntervalMs, signal }: Awaited,
  seq: number,
): Promise<boolean> {
  if (tail.last > seq || tail.isBroken || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (wasQuiet: boolean) => {
      clearTimeout(timer);
      forgetTail();
      forgetViewer();
      signal.removeEventListener('abort', onNews);
      resolve(wasQuiet);
    };
    const onNews = () => finish(false);
    const forgetTail = tail.onceMore(onNews);
    const forgetViewer = connection.onViewerChange(onNews);
    const timer = setTimeout(() => finish(true), positionIntervalMs).unref();
    signal.addEventListener('abort', onNews);
  });
}
