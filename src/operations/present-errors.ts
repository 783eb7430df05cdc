import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../core/process/log.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { sparingLog } from '../core/process/sparing-log.ts';
import { DatabaseBusy, DatabaseUnavailable } from '../core/requests/database-busy.ts';
import { OutOfTime } from '../core/requests/deadline.ts';
import { RequestError, UserErrors } from '../core/requests/errors.ts';
import { type Fault, messageOf, type Params, sentences } from '../core/requests/fault.ts';
import { Unanswered } from '../core/requests/unanswered.ts';
import { isDatabaseLost } from '../db/database-lost.ts';
import { PoolRefusal } from '../db/pool-refusal.ts';
import { isPoolTimeout } from '../db/pool-timeout.ts';
import { isStatementTimeout } from '../db/statement-timeout.ts';
import { asGraphQLError } from './as-graphql-error.ts';
import { joinRepeated, type RepeatedError } from './repeated-errors.ts';
import { withoutSecretValue } from './without-secrets.ts';

/** Makes a result ready to leave the server: its errors as its reader may see them, and within the limit of bytes. */
export type PresentErrors = (result: ExecutionResult, requestId: string) => ExecutionResult;

/** The cause of an error, for clients. */
interface Cause {
  readonly message: string;
  readonly code: string;
  readonly rule: string;
  readonly params: Params;
  /** In seconds. */
  readonly retryAfter?: number | undefined;
}

/** The message and the extensions of an error that clients see. */
interface Presented extends Cause {
  readonly requestId: string;
  readonly count?: number;
  /** Whether a mutation that the server failed to answer was written. */
  readonly mutation?: string;
}

/** More errors than a client reads, and few enough that they stay smaller than its document. */
const MAX_ERRORS = 100;

/** The words of GraphQL and Yoga about documents, variables and requests, and the one sentence about everything else. */
const DOCUMENT = sentences('GRAPHQL_VALIDATION_FAILED', { INVALID_DOCUMENT: '{explanation}' });
const REQUEST = sentences('BAD_USER_INPUT', { INVALID_REQUEST: '{explanation}' });
export const SERVER = sentences('INTERNAL_SERVER_ERROR', { SERVER_FAULT: 'Internal server error.' });
const TIME = sentences('QUERY_TOO_COMPLEX', {
  CANCELLED:
    'The operation took longer than {timeoutMs} ms (QUERY_TIMEOUT_MS): ask for less, or try again later.',
});

/**
 * Returns the function through which all errors leave the server. An error that is meant for clients keeps its message
 * and gets a code. Every other error becomes INTERNAL_SERVER_ERROR with the request's id, and its cause is logged once.
 * The errors of a field in the rows of a list are one error with their `count`. An answer has at most 100 errors.
 */
export function errorPresenter(log: Log, { errors }: Metrics, queryTimeoutMs: number): PresentErrors {
  const logCause = causeLog(log);
  const present = ({ error, count }: RepeatedError, requestId: string): GraphQLError => {
    if (isPresented(error)) return error;
    const known = codeAndMessage(error, queryTimeoutMs);
    const cause = rootCause(error);
    const repeated = count > 1 ? { count } : {};
    logCause(known, cause, {
      requestId,
      path: error.path,
      err: cause ?? error.originalError ?? error,
      ...repeated,
    });
    const { code, rule, message, params, retryAfter } = known ?? causeOf(SERVER.SERVER_FAULT());
    errors[Object.hasOwn(errors, code) ? (code as keyof typeof errors) : 'OTHER'].inc();
    return presented(error, {
      ...{ code, rule, message, params, requestId, retryAfter },
      ...repeated,
      ...outcomeOf(error),
    });
  };
  return (result, requestId) => {
    if (!result.errors) return result;
    const joined = joinRepeated(result.errors, (error) => rootCause(error)?.message ?? error.message);
    const errors = joined.slice(0, MAX_ERRORS).map((error) => present(error, requestId));
    const errorsLeftOut = joined.length - errors.length;
    if (errorsLeftOut === 0) return { ...result, errors };
    return { ...result, errors, extensions: { ...result.extensions, errorsLeftOut } };
  };
}

/** The code with which an error reaches its client. */
export function codeOf(error: unknown): string {
  const known = codeAndMessage(asGraphQLError(error), 0);
  const { code } = known ?? causeOf(SERVER.SERVER_FAULT());
  return code;
}

/** Returns the function that logs what an operator should know of a cause: faults, and limits that were reached. */
function causeLog(log: Log) {
  const logBusy = sparingLog((fields) => log.warn(fields, 'no connection to the database was free'));
  const logLost = sparingLog((fields) => log.error(fields, 'the database is unavailable'));
  return (known: Cause | null, cause: Error | null, facts: Readonly<Record<string, unknown>>): void => {
    if (!known) log.error(facts, 'request failed');
    else if (known instanceof DatabaseBusy) logBusy({ requestId: facts.requestId });
    else if (known instanceof DatabaseUnavailable) logLost(facts);
    else if (isStatementTimeout(cause) || cause instanceof OutOfTime) {
      log.warn(facts, 'request cancelled: QUERY_TIMEOUT_MS');
    }
  };
}

/** Makes the error that clients see: the places in the document, and nothing of the cause. */
function presented(error: GraphQLError, { message, ...extensions }: Presented): GraphQLError {
  const { http } = error.extensions;
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: withoutAbsent({ http, ...extensions }),
  });
}

/** An event stream presents a result of a query or mutation that was presented before. */
function isPresented({ extensions }: GraphQLError): boolean {
  return extensions.requestId !== undefined;
}

function codeAndMessage(error: GraphQLError, queryTimeoutMs: number): Cause | null {
  const cause = rootCause(error);
  if (isPoolTimeout(cause)) return new DatabaseBusy();
  if (cause instanceof RequestError) return cause;
  // A query has no `userErrors`: the first of them is the fault of its arguments.
  if (cause instanceof UserErrors && cause.errors[0]) return { ...cause.errors[0], code: 'BAD_USER_INPUT' };
  if (isStatementTimeout(cause)) return causeOf(TIME.CANCELLED({ timeoutMs: queryTimeoutMs }));
  // After the COMMIT of a mutation was sent it is a fault that names the outcome: a client must not simply try again.
  if (isDatabaseLost(cause) && !(originOf(error) instanceof Unanswered)) return new DatabaseUnavailable();
  if (cause !== null) return null;
  // A GraphQL error without a cause comes from GraphQL itself or from the pipeline: its message is meant for clients.
  const { code, rule, params, retryAfter } = error.extensions as Partial<Cause>;
  if (code !== undefined && rule !== undefined)
    return { code, rule, params: params ?? {}, message: error.message, retryAfter };
  const words = { explanation: withoutSecretValue(error.message) };
  return causeOf(
    code === 'GRAPHQL_VALIDATION_FAILED' ? DOCUMENT.INVALID_DOCUMENT(words) : REQUEST.INVALID_REQUEST(words),
  );
}

function causeOf(fault: Fault): Cause {
  const { code, rule, params } = fault;
  return { code, rule, params, message: messageOf(fault) };
}

function withoutAbsent(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined));
}

/** The outcome of the mutation that failed; a client that repeats one that may be written must not do so by itself. */
function outcomeOf(error: GraphQLError): Pick<Presented, 'mutation' | 'retryAfter'> {
  const cause = originOf(error);
  if (cause instanceof Unanswered) return { mutation: cause.mutation, retryAfter: undefined };
  return cause instanceof OutOfTime ? { mutation: cause.mutation } : {};
}

function originOf(error: GraphQLError): Error | undefined {
  let cause: Error | undefined = error.originalError;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause;
}

function rootCause(error: GraphQLError): Error | null {
  let cause = originOf(error);
  if (cause instanceof Unanswered) cause = cause.cause instanceof Error ? cause.cause : undefined;
  if (cause instanceof PoolRefusal) return cause.refusal;
  return cause ?? null;
}
