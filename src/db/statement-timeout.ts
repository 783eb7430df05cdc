import { z } from 'zod';

/** The SQLSTATE of a statement that PostgreSQL has cancelled. */
const CANCELLED = '57014';

const cause = z.object({ originalCode: z.literal(CANCELLED) });
/** Prisma wraps the errors of statements, but not those of COMMIT, in which the log takes its numbers. */
const cancelled = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
  z.object({ code: z.literal(CANCELLED) }),
]);

/** Tells whether a statement was cancelled because of its time limit. */
export function isStatementTimeout(error: unknown): boolean {
  return cancelled.safeParse(error).success;
}

/**
 * The error of a statement that is not sent, because its operation has no time left. Prisma takes it for an error of
 * PostgreSQL, so it is handled like one that PostgreSQL has cancelled.
 */
export class UnsentStatement extends Error {
  readonly code = CANCELLED;
  readonly severity = 'ERROR';

  constructor() {
    super('The time of the operation is over.');
  }
}
