import { z } from 'zod';

/** The SQLSTATE of a statement that PostgreSQL has cancelled. */
const CANCELLED = '57014';

const cause = z.object({ originalCode: z.literal(CANCELLED) });
/** pg stops waiting for a statement (`query_timeout`) when PostgreSQL has not cancelled it in time. Its error has no code. */
const GIVEN_UP = 'Query read timeout';

/** Prisma wraps the errors of statements, but not those of COMMIT, in which the log takes its numbers. */
const cancelled = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
  z.object({ code: z.literal(CANCELLED) }),
  z.object({ message: z.literal(GIVEN_UP) }),
]);

/** Tells whether a statement was cancelled, or given up, because of its time limit. */
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
