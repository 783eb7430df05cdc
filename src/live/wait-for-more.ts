import type { FeedTail } from './feed-tail.ts';

/** Waits until a tail has more than what stands at `seq`; true if there was none for `ms`. Ends at once by the signal. */
export function waitForMore(tail: FeedTail, seq: number, ms: number, signal: AbortSignal): Promise<boolean> {
  if (tail.last > seq || tail.isBroken || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (wasQuiet: boolean) => {
      clearTimeout(timer);
      forget();
      signal.removeEventListener('abort', onAbort);
      resolve(wasQuiet);
    };
    const onAbort = () => finish(false);
    const forget = tail.onceMore(() => finish(false));
    const timer = setTimeout(() => finish(true), ms).unref();
    signal.addEventListener('abort', onAbort);
  });
}
