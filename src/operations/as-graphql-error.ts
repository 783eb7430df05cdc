import { GraphQLError } from 'graphql';

/**
 * Wraps a thrown value and keeps it as the cause. Errors that are not meant for clients are masked where results leave
 * the server.
 */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(original.message, { originalError: original });
}
