import { GraphQLError } from 'graphql';

/** Wraps whatever was thrown, with its cause kept: what is not fit for the caller is masked where results leave. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(original.message, { originalError: original });
}
