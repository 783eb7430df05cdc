import { type ExecutionResult, GraphQLError } from 'graphql';
import { RequestError, UserErrors } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { isStatementTimeout } from '../db/statement-timeout.ts';

/** Makes the errors of a result fit for its reader. */
export type PresentErrors = (result: ExecutionResult, requestId: string) => ExecutionResult;

/** What Yoga calls requests that are not formed as they should be; the API has one code for them. */
const CODES_OF_YOGA = ['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'];

/**
 * The one place where errors leave the server. What the program meant to say keeps its words and gets a code;
 * everything else becomes INTERNAL_SERVER_ERROR with the request's id, and its cause goes to the log, once.
 */
export function errorPresenter(log: Log, { errors }: Metrics, queryTimeoutMs: number): PresentErrors {
  const present = (error: GraphQLError, requestId: string): GraphQLError => {
    const known = codeAndMessage(error, queryTimeoutMs);
    const facts = { requestId, path: error.path, err: error.originalError ?? error };
    if (!known) log.error(facts, 'request failed');
    else if (isStatementTimeout(rootCause(error))) log.warn(facts, 'request cancelled: QUERY_TIMEOUT_MS');
    const { code, message } = known ?? {
      code: 'INTERNAL_SERVER_ERROR',
      message: `Internal server error. The request id is ${requestId}.`,
    };
    errors[Object.hasOwn(errors, code) ? (code as keyof typeof errors) : 'OTHER'].inc();
    return new GraphQLError(message, {
      nodes: error.nodes ?? null,
      source: error.source ?? null,
      positions: error.positions ?? null,
      path: error.path ?? null,
      extensions: { ...(error.extensions.http ? { http: error.extensions.http } : {}), code, requestId },
    });
  };
  return (result, requestId) =>
    result.errors ? { ...result, errors: result.errors.map((error) => present(error, requestId)) } : result;
}

function codeAndMessage(
  error: GraphQLError,
  queryTimeoutMs: number,
): { code: string; message: string } | null {
  const cause = rootCause(error);
  if (cause instanceof RequestError) return { code: cause.code, message: cause.message };
  if (cause instanceof UserErrors) return { code: 'BAD_USER_INPUT', message: cause.message };
  if (isStatementTimeout(cause)) {
    const message = `The database took longer than ${queryTimeoutMs} ms (QUERY_TIMEOUT_MS): ask for less, or try again later.`;
    return { code: 'QUERY_TOO_COMPLEX', message };
  }
  if (cause !== null) return null;
  // A GraphQL error without a cause was made by GraphQL itself or by the pipeline: its words are ours.
  const code = String(error.extensions.code ?? 'BAD_USER_INPUT');
  return { code: CODES_OF_YOGA.includes(code) ? 'BAD_USER_INPUT' : code, message: error.message };
}

function rootCause(error: GraphQLError): Error | null {
  let cause: Error | undefined = error.originalError;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause ?? null;
}
