/** The errors that a correct client must handle: they become `userErrors` of a mutation's payload. */
export type UserErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'VERSION_CONFLICT'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'LIMIT_REACHED'
  | 'IN_USE'
  | 'FORBIDDEN_CHANGE';

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
  readonly message: string;
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

function userError(code: UserErrorCode, message: string, ...path: string[]): UserErrors {
  return new UserErrors([{ code, message, path }]);
}

/** The answer for a row that does not exist and for one that the viewer may not see, in the same words. */
export function notFound(noun: string, ...path: string[]): UserErrors {
  return userError('NOT_FOUND', `There is no such ${noun}.`, ...path);
}

/** The same answer as a request error, where a query or a subscription names the row. */
export function noSuch(noun: string): RequestError {
  return new RequestError('NOT_FOUND', notFound(noun).message);
}

/** Refuses one argument; use the validation of the command's input where several can be wrong. */
export function invalidInput(message: string, ...path: string[]): UserErrors {
  return userError('INVALID_INPUT', message, ...path);
}

/** Refuses a value that must be unique and is taken. */
export function alreadyExists(message: string, ...path: string[]): UserErrors {
  return userError('ALREADY_EXISTS', message, ...path);
}

/** Refuses to remove something that others still need. */
export function inUse(message: string): UserErrors {
  return userError('IN_USE', message);
}

/** Refuses to exceed a limit. */
export function limitReached(message: string, ...path: string[]): UserErrors {
  return userError('LIMIT_REACHED', message, ...path);
}

/** Refuses a step that the entity's state does not allow. The message names the state and the steps that it allows. */
export function invalidState(message: string, ...path: string[]): UserErrors {
  return userError('INVALID_STATE', message, ...path);
}

/** Refuses a change that this viewer may not make to this row, although both are visible. */
export function forbiddenChange(message: string, ...path: string[]): UserErrors {
  return userError('FORBIDDEN_CHANGE', message, ...path);
}

/**
 * Refuses a write that was made against an older version: throws VERSION_CONFLICT with the current row. Without an
 * expected version it refuses nothing.
 */
export function requireVersion(
  current: { readonly version: number },
  expected: number | null | undefined,
): void {
  if (expected == null || expected === current.version) return;
  const message = `The entity has changed: its version is now ${current.version}.`;
  throw new UserErrors([{ code: 'VERSION_CONFLICT', message, path: ['expectedVersion'] }], current);
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

  constructor(argument: string, rule: string) {
    super('BAD_USER_INPUT', `Argument "${argument}": ${rule}`);
    this.#argument = argument;
  }

  /** The same refusal at the path of the argument, for a mutation. */
  asUserErrors(): UserErrors {
    return invalidInput(this.message, ...this.#argument.split('.'));
  }
}

/** Refuses an argument, e.g. `filter.name`; `rule` says what is allowed. */
export function badArgument(argument: string, rule: string): RequestError {
  return new BadArgument(argument, rule);
}
