import { type ExecutionResult, GraphQLError } from 'graphql';

const STATUS_OF: Readonly<Record<string, number>> = { RATE_LIMITED: 429, TRY_AGAIN: 503 };

/**
 * Gives an HTTP answer that consists of a refusal the status of the refusal, and `Retry-After`. An answer with data keeps
 * its own status: a client that repeats it would repeat what was done.
 */
export function withRetryStatus(result: ExecutionResult): ExecutionResult {
  const [refusal, ...others] = result.errors ?? [];
  const isRefused = result.errors?.every(({ extensions }) => extensions.retryAfter !== undefined);
  if (!refusal || !isRefused || hasData(result)) return result;
  return { ...result, errors: [withHttpStatus(refusal), ...others] };
}

/** Gives a refusal with `extensions.retryAfter` the HTTP status and the `Retry-After` of an answer that consists of it. */
export function withHttpStatus(refusal: GraphQLError): GraphQLError {
  const http = {
    status: STATUS_OF[String(refusal.extensions.code)],
    headers: { 'retry-after': String(refusal.extensions.retryAfter) },
  };
  return new GraphQLError(refusal.message, {
    nodes: refusal.nodes ?? null,
    path: refusal.path ?? null,
    extensions: { ...refusal.extensions, http },
  });
}

function hasData({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).some((field) => field !== null);
}
