import { z } from 'zod';

/** The SQLSTATE of a statement that PostgreSQL has cancelled. */
const CANCELLED = '57014';

const cause = z.object({ originalCode: z.literal(CANCELLED) });
/** Prisma wraps the errors of statements, but not those of COMMIT, in which the log takes its numbers. */
const cancelled = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
]);

/** Tells whether PostgreSQL cancelled a statement because of its time limit. */
export function isStatementTimeout(error: unknown): boolean {
  return cancelled.safeParse(error).success;
}
