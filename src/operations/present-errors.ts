import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../core/process/log.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { RequestError, UserErrors } from '../core/requests/errors.ts';
import { isStatementTimeout } from '../db/statement-timeout.ts';

/** Replaces the errors of a result by those that its reader may see. */
export type PresentErrors = (result: ExecutionResult, requestId: string) => ExecutionResult;

/** Yoga's codes for malformed requests. The API has one code for all of them. */
const CODES_OF_YOGA = ['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'];

/**
 * Returns the function through which all errors leave the server. An error that is meant for clients keeps its message
 * and gets a code. Every other error becomes INTERNAL_SERVER_ERROR with the request's id, and its cause is logged once.
 */
export function errorPresenter(log: Log, { errors }: Metrics, queryTimeoutMs: number): PresentErrors {
  const present = (error: GraphQLError, requestId: string): GraphQLError => {
    const known = codeAndMessage(error, queryTimeoutMs);
    const facts = { requestId, path: error.path, err: error.originalError ?? error };
    if (!known) log.error(facts, 'request failed');
    else if (isStatementTimeout(rootCause(error))) log.warn(facts, 'request cancelled: QUERY_TIMEOUT_MS');
    const { code, message, retryAfter }: Presented = known ?? {
      code: 'INTERNAL_SERVER_ERROR',
      message: `Internal server error. The request id is ${requestId}.`,
    };
    errors[Object.hasOwn(errors, code) ? (code as keyof typeof errors) : 'OTHER'].inc();
    return new GraphQLError(message, {
      nodes: error.nodes ?? null,
      source: error.source ?? null,
      positions: error.positions ?? null,
      path: error.path ?? null,
      extensions: { ...withoutAbsent({ http: error.extensions.http, retryAfter }), code, requestId },
    });
  };
  return (result, requestId) =>
    result.errors ? { ...result, errors: result.errors.map((error) => present(error, requestId)) } : result;
}

interface Presented {
  readonly code: string;
  readonly message: string;
  /** In seconds. */
  readonly retryAfter?: number | undefined;
}

function codeAndMessage(error: GraphQLError, queryTimeoutMs: number): Presented | null {
  const cause = rootCause(error);
  if (cause instanceof RequestError) return cause;
  if (cause instanceof UserErrors) return { code: 'BAD_USER_INPUT', message: cause.message };
  if (isStatementTimeout(cause)) {
    const message = `The database took longer than ${queryTimeoutMs} ms (QUERY_TIMEOUT_MS): ask for less, or try again later.`;
    return { code: 'QUERY_TOO_COMPLEX', message };
  }
  if (cause !== null) return null;
  // A GraphQL error without a cause comes from GraphQL itself or from the pipeline: its message is meant for clients.
  const code = String(error.extensions.code ?? 'BAD_USER_INPUT');
  return {
    code: CODES_OF_YOGA.includes(code) ? 'BAD_USER_INPUT' : code,
    message: error.message,
    retryAfter: error.extensions.retryAfter as number | undefined,
  };
}

function withoutAbsent(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined));
}

function rootCause(error: GraphQLError): Error | null {
  let cause: Error | undefined = error.originalError;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause ?? null;
}
