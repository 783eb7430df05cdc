import { z } from 'zod';

/** The number of times that a transaction is run again before its conflict counts as an ordinary error. */
const MAX_REPEATS = 3;

/** Prisma's code for SQLSTATE 40P01, a deadlock, and 40001, a serialization failure. */
const cause = z.object({ kind: z.literal('TransactionWriteConflict') });
/** Prisma wraps the errors of statements, but not those of COMMIT. */
const writeConflict = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
]);

/**
 * Runs a transaction again if PostgreSQL ended it because of a conflict: it has had no effect, and its caller is not at
 * fault. `run` must repeat all of its work.
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
