import { z } from 'zod';

/**
 * The error that Prisma throws when PostgreSQL refuses a duplicate; with a driver adapter the index is nested this
 * deep.
 */
const uniqueViolation = z.object({
  code: z.literal('P2002'),
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({ constraint: z.object({ index: z.string() }) }),
    }),
  }),
});

/** The name of the unique index that refused a write; undefined if the write failed for another reason. */
export function violatedIndex(error: unknown): string | undefined {
  return uniqueViolation.safeParse(error).data?.meta.driverAdapterError.cause.constraint.index;
}
