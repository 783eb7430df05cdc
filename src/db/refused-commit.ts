import { z } from 'zod';

/** The classes of SQLSTATE in which a connection or a server ends: it may have written before. */
const ENDED = /^(08|57P)/;
/** The classes of PostgreSQL begin so; the codes of Prisma and of sockets, e.g. P1017 and EPIPE, do not. */
const sqlState = z.string().regex(/^(\d.|F0|HV|P0|XX)...$/);

/** Prisma wraps the errors of statements, but not those of COMMIT. */
const answered = z.union([
  z
    .object({
      meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: sqlState }) }) }),
    })
    .transform(({ meta }) => meta.driverAdapterError.cause.originalCode),
  z.object({ cause: z.object({ originalCode: sqlState }) }).transform(({ cause }) => cause.originalCode),
  z.object({ code: sqlState }).transform(({ code }) => code),
]);

/** The SQLSTATE with which PostgreSQL has answered; undefined for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  return answered.safeParse(error).data;
}

/** Tells whether PostgreSQL has answered that it refuses a COMMIT. A lost connection says nothing. */
export function isRefusedCommit(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !ENDED.test(state);
}
