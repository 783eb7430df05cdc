import { z } from 'zod';

/** How often a transaction is run again before its conflict is a fault like any other. */
const MAX_REPEATS = 3;

/** What stands in for SQLSTATE 40P01, a deadlock, and 40001, a serialization failure. */
const cause = z.object({ kind: z.literal('TransactionWriteConflict') });
/** Prisma wraps what a statement throws, and not what COMMIT does. */
const writeConflict = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
]);

/**
 * Runs a transaction again if PostgreSQL ended it so that another one could go on: it left nothing behind, and whoever
 * asked for it has done nothing wrong. `run` must do everything anew.
 */
export async function repeatOnConflict<Value>(run: () => Promise<Value>): Promise<Value> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await run();
    } catch (error) {
      if (repeats === MAX_REPEATS || !writeConflict.safeParse(error).success) throw error;
    }
  }
}
