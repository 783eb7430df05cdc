import { type Fault, fill, type Params, sentences, type UserErrorCode } from './fault.ts';

/** The codes in `errors[].extensions.code`. */
export type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'QUERY_TOO_COMPLEX'
  | 'CURSOR_EXPIRED'
  | 'CURSOR_INVALID'
  | 'SUBSCRIPTION_REVOKED'
  | 'TOKEN_EXPIRED'
  | 'TRY_AGAIN';

/** One fault of a mutation's input or of the state that it found. */
export interface UserError {
  readonly code: UserErrorCode;
  /** Tells the message from the others of its code; null for one that is always the same. */
  readonly rule: string | null;
  readonly message: string;
  /** The variable parts of the message. */
  readonly params: Params;
  /** The path in the arguments, e.g. `['input', 'email']`; empty when no single argument is at fault. */
  readonly path: readonly string[];
}

/** More errors than a client shows, and few enough that the answer stays smaller than its request. */
const MAX_ERRORS = 100;

/**
 * A mutation was refused for reasons that its client must handle. Thrown inside a transaction it rolls the transaction
 * back. The payload carries the first 100 errors.
 */
export class UserErrors extends Error {
  override readonly name = 'UserErrors';
  readonly errors: readonly UserError[];
  /** On a version conflict: the current row, so that the client can merge without another query. */
  readonly current: unknown;

  constructor(errors: readonly UserError[], current?: unknown) {
    const kept = errors.slice(0, MAX_ERRORS);
    super(kept.map((error) => error.message).join(' '));
    this.errors = kept;
    this.current = current;
  }
}

/** An operation or a field was refused. Clients see the message; the messages of other errors are masked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  /** The seconds after which the same request may succeed; undefined where waiting does not help. */
  readonly retryAfter: number | undefined;

  constructor(code: RequestErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Makes the error of a refusal: of a fault, or of a sentence that is always the same. */
export function userError<Code extends UserErrorCode>(
  code: Code,
  refusal: Fault<Code> | string,
  path: readonly string[],
): UserError {
  if (typeof refusal === 'string') return { code, rule: null, message: refusal, params: {}, path };
  const { rule, sentence, params } = refusal;
  return { code, rule, message: fill(sentence, params), params, path };
}

function refuse<Code extends UserErrorCode>(
  code: Code,
  refusal: Fault<Code> | string,
  path: readonly string[],
): UserErrors {
  return new UserErrors([userError(code, refusal, path)]);
}

const REFUSED = sentences('INVALID_INPUT', { BAD_ARGUMENT: 'Argument "{argument}": {problem}' });
const MISSING = sentences('NOT_FOUND', { NO_SUCH_ROW: 'There is no such {noun}.' });
const CHANGED = sentences('VERSION_CONFLICT', {
  OLD_VERSION: 'The entity has changed: its version is now {version}.',
});

/** The answer for a row that does not exist and for one that the viewer may not see, in the same words. */
export function notFound(noun: string, ...path: string[]): UserErrors {
  return refuse('NOT_FOUND', MISSING.NO_SUCH_ROW({ noun }), path);
}

/** The same answer as a request error, where a query or a subscription names the row. */
export function noSuch(noun: string): RequestError {
  return new RequestError('NOT_FOUND', notFound(noun).message);
}

/** Refuses one argument; use the validation of the command's input where several can be wrong. */
export function invalidInput(refusal: Fault<'INVALID_INPUT'> | string, ...path: string[]): UserErrors {
  return refuse('INVALID_INPUT', refusal, path);
}

/** Refuses a value that must be unique and is taken. */
export function alreadyExists(refusal: Fault<'ALREADY_EXISTS'> | string, ...path: string[]): UserErrors {
  return refuse('ALREADY_EXISTS', refusal, path);
}

/** Refuses to remove something that others still need. */
export function inUse(refusal: Fault<'IN_USE'> | string): UserErrors {
  return refuse('IN_USE', refusal, []);
}

/** Refuses to exceed a limit. */
export function limitReached(refusal: Fault<'LIMIT_REACHED'> | string, ...path: string[]): UserErrors {
  return refuse('LIMIT_REACHED', refusal, path);
}

/** Refuses a step that the entity's state does not allow. The sentence names the state and the steps that it allows. */
export function invalidState(refusal: Fault<'INVALID_STATE'> | string, ...path: string[]): UserErrors {
  return refuse('INVALID_STATE', refusal, path);
}

/** Refuses a change that this viewer may not make to this row, although both are visible. */
export function forbiddenChange(refusal: Fault<'FORBIDDEN_CHANGE'> | string, ...path: string[]): UserErrors {
  return refuse('FORBIDDEN_CHANGE', refusal, path);
}

/**
 * Refuses a write that was made against an older version: throws VERSION_CONFLICT with the current row. Without an
 * expected version it refuses nothing. `row` is the row, where the version is that of a view of it.
 */
export function requireVersion(
  current: { readonly version: number },
  expected: number | null | undefined,
  row: object = current,
): void {
  if (expected == null || expected === current.version) return;
  const fault = CHANGED.OLD_VERSION({ version: current.version });
  throw new UserErrors([userError('VERSION_CONFLICT', fault, ['expectedVersion'])], row);
}

/** Refuses a caller without a valid token. */
export function unauthenticated(): RequestError {
  return new RequestError('UNAUTHENTICATED', 'A valid access token is required.');
}

/** Refuses a caller whose rights do not cover `what`. */
export function forbidden(what: string): RequestError {
  return new RequestError('FORBIDDEN', `You are not allowed to access ${what}.`);
}

/** A value of an argument was refused. In the payload of a mutation it is a user error. */
export class BadArgument extends RequestError {
  readonly #argument: string;
  readonly #problem: string;

  constructor(argument: string, problem: string) {
    super('BAD_USER_INPUT', `Argument "${argument}": ${problem}`);
    this.#argument = argument;
    this.#problem = problem;
  }

  /** The same refusal at the path of the argument, for a mutation. */
  asUserErrors(): UserErrors {
    const fault = REFUSED.BAD_ARGUMENT({ argument: this.#argument, problem: this.#problem });
    return invalidInput(fault, ...this.#argument.split('.'));
  }
}

/** Refuses an argument, e.g. `filter.name`; `problem` says what is allowed. */
export function badArgument(argument: string, problem: string): RequestError {
  return new BadArgument(argument, problem);
}
