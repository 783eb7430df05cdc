import type { GraphQLError } from 'graphql';

/** An error, and how many rows of the answer had it. */
export interface RepeatedError {
  readonly error: GraphQLError;
  readonly count: number;
}

/**
 * Joins the errors of one field in the rows of a list, in the order in which they first occurred. A page of a hundred
 * rows with a forbidden field has one error of a hundred rows. Errors of a request as a whole have no path, and stay.
 */
export function joinRepeated(
  errors: readonly GraphQLError[],
  messageOf: (error: GraphQLError) => string,
): RepeatedError[] {
  const joined = new Map<unknown, RepeatedError>();
  for (const error of errors) {
    const key = error.path ? JSON.stringify([fieldPath(error.path), messageOf(error)]) : error;
    const { error: first, count } = joined.get(key) ?? { error, count: 0 };
    joined.set(key, { error: first, count: count + 1 });
  }
  return [...joined.values()];
}

/** The path without the positions in lists. */
function fieldPath(path: readonly (string | number)[]): readonly (string | number)[] {
  return path.filter((key) => typeof key === 'string');
}
