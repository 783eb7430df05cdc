import type { z } from 'zod';
import { UserErrors } from './errors.ts';

/**
 * Checks and normalises what a client sent. Throws the faults at once, the first 100 of them, each with its path in the arguments;
 * `root` is the argument that holds `value`.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  root = 'input',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserErrors(
    result.error.issues.map((issue) => ({
      code: 'INVALID_INPUT',
      message: issue.message,
      path: [root, ...issue.path.map(String)],
    })),
  );
}
