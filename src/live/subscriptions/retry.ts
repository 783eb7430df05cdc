import { setTimeout as pause } from 'node:timers/promises';
import { RequestError } from '../../core/requests/errors.ts';

const RETRY_MS = 500;

/**
 * Tries until `work` succeeds, for work that fails while the database is unavailable. Returns null once the signal is
 * aborted. Throws a RequestError immediately: it would be the same the next time.
 */
export async function retryUntilAborted<Value>(
  work: () => Promise<Value>,
  { signal, onTrouble }: { readonly signal: AbortSignal; readonly onTrouble: (error: unknown) => void },
): Promise<Value | null> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RequestError) throw error;
      onTrouble(error);
      await pause(RETRY_MS, undefined, { ref: false });
    }
  }
  return null;
}
