import type { ViewerContext } from '../../core/context.ts';
import type { Written } from '../../core/rows/transact.ts';
import { MAX_TRIES } from './due-work.terms.ts';

// Invariants of this room: due work is done once, in the transaction that removes it from the schedule; it has at most
// three tries, then it is parked, and only an operator or a new schedule brings it back.

/** Gives all parked work three more tries, the first one now; returns the number of rows. */
export async function retryParkedWork({ transact, viewer, log }: ViewerContext): Promise<Written<number>> {
  const written = await transact((tx) => {
    tx.madeDue();
    return tx.db.$executeRaw`
      UPDATE due_work SET tries = 0, try_at = now(), parked_at = NULL WHERE tries = ${MAX_TRIES} AND try_at IS NULL`;
  });
  log.info({ userId: viewer.userId, count: written.value }, 'parked work is tried again');
  return written;
}
