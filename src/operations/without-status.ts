import { type ExecutionResult, GraphQLError } from 'graphql';

/** Removes the HTTP status from the errors of a result that leaves in a stream or over a socket, without a status. */
export function withoutStatus({ errors, ...result }: ExecutionResult): ExecutionResult {
  return errors ? { errors: errors.map(withoutHttp), ...result } : result;
}

function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _, ...extensions } = error.extensions;
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(error.message, { nodes, source, positions, path, originalError, extensions });
}
