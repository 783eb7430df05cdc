/** What a correct client must handle: these become `userErrors` of a mutation's payload. */
export type UserErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'VERSION_CONFLICT'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'LIMIT_REACHED'
  | 'IN_USE'
  | 'FORBIDDEN_CHANGE';

/** What stands in `errors[].extensions.code`. */
export type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'QUERY_TOO_COMPLEX'
  | 'CURSOR_EXPIRED'
  | 'CURSOR_INVALID'
  | 'SUBSCRIPTION_REVOKED';

/** One thing that is wrong with a mutation's input or with the state it met. */
export interface UserError {
  readonly code: UserErrorCode;
  readonly message: string;
  /** Where in the arguments, e.g. `['input', 'email']`; empty when no single argument is at fault. */
  readonly path: readonly string[];
}

/** More faults than anybody reads, and less than an answer that is larger than its request. */
const MAX_TOLD = 100;

/**
 * Says that a mutation was refused for reasons its client must handle. Thrown inside a transaction it rolls the
 * transaction back; the payload carries the errors at once, the first 100 of them.
 */
export class UserErrors extends Error {
  override readonly name = 'UserErrors';
  readonly errors: readonly UserError[];
  /** On a version conflict: the row as it stands, so that the client can merge without asking again. */
  readonly current: unknown;

  constructor(errors: readonly UserError[], current?: unknown) {
    const told = errors.slice(0, MAX_TOLD);
    super(told.map((error) => error.message).join(' '));
    this.errors = told;
    this.current = current;
  }
}

/** Says that an operation or a field was refused. The message is fit for the caller; anything else is masked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

function userError(code: UserErrorCode, message: string, ...path: string[]): UserErrors {
  return new UserErrors([{ code, message, path }]);
}

/** Answers for a row that does not exist and for one the viewer may not see, in the same words. */
export function notFound(noun: string, ...path: string[]): UserErrors {
  return userError('NOT_FOUND', `There is no such ${noun}.`, ...path);
}

/** The same answer as a request error, where a query or a subscription names the row. */
export function noSuch(noun: string): RequestError {
  return new RequestError('NOT_FOUND', notFound(noun).message);
}

/** Refuses one argument; use the validation of the command's input where several can be wrong at once. */
export function invalidInput(message: string, ...path: string[]): UserErrors {
  return userError('INVALID_INPUT', message, ...path);
}

/** Refuses a value that must be unique and is taken. */
export function alreadyExists(message: string, ...path: string[]): UserErrors {
  return userError('ALREADY_EXISTS', message, ...path);
}

/** Refuses to remove what others still need. */
export function inUse(message: string): UserErrors {
  return userError('IN_USE', message);
}

/** Refuses what would be more than a limit allows. */
export function limitReached(message: string, ...path: string[]): UserErrors {
  return userError('LIMIT_REACHED', message, ...path);
}

/** Refuses a step that the entity's state does not allow; the message names the state, and what is possible from it. */
export function invalidState(message: string, ...path: string[]): UserErrors {
  return userError('INVALID_STATE', message, ...path);
}

/** Refuses a change that this viewer may not make to this row, although both are visible. */
export function forbiddenChange(message: string, ...path: string[]): UserErrors {
  return userError('FORBIDDEN_CHANGE', message, ...path);
}

/**
 * Refuses a write that was made against an older version: throws VERSION_CONFLICT with the row as it stands. Without an
 * expected version the caller does not mind.
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

/** Refuses an argument of a query or subscription; `argument` is its name, `rule` says how to mend it. */
export function badArgument(argument: string, rule: string): RequestError {
  return new RequestError('BAD_USER_INPUT', `Argument "${argument}": ${rule}`);
}
