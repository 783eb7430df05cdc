import { z } from 'zod';

/** What PostgreSQL says of a statement that it has cancelled. */
const CANCELLED = '57014';

/** What Prisma throws then; through a driver adapter the code stands this deep. */
const cancelled = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.literal(CANCELLED) }) }),
  }),
});

/** Whether a statement took longer than it may, and was cancelled by PostgreSQL. */
export function isStatementTimeout(error: unknown): boolean {
  return cancelled.safeParse(error).success;
}
