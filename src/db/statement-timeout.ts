import { z } from 'zod';

/** The SQLSTATE of a statement that PostgreSQL has cancelled. */
const CANCELLED = '57014';

/** The error that Prisma throws for it; with a driver adapter the code is nested this deep. */
const cancelled = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.literal(CANCELLED) }) }),
  }),
});

/** Tells whether PostgreSQL cancelled a statement because of its time limit. */
export function isStatementTimeout(error: unknown): boolean {
  return cancelled.safeParse(error).success;
}
