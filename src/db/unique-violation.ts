import { z } from 'zod';

/** What Prisma throws when PostgreSQL refuses a duplicate; through a driver adapter the index stands this deep. */
const uniqueViolation = z.object({
  code: z.literal('P2002'),
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({ constraint: z.object({ index: z.string() }) }),
    }),
  }),
});

/**
 * Makes the handler of a failed write: throws what `refuse` makes if the unique index `index` refused the write,
 * and the error itself otherwise. A look before the write cannot see a twin that commits at the same time; the
 * index does.
 */
export function ifTaken(index: string, refuse: () => Error): (error: unknown) => never {
  return (error) => {
    const violation = uniqueViolation.safeParse(error).data;
    throw violation?.meta.driverAdapterError.cause.constraint.index === index ? refuse() : error;
  };
}
