import {
  type Fault,
  messageOf,
  type Params,
  type RequestErrorCode,
  sentences,
  type UserErrorCode,
} from './fault.ts';

/** One fault of a mutation's input or of the state that it found. */
export interface UserError {
  readonly code: UserErrorCode;
  /** The name of its sentence. */
  readonly rule: string;
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
  /** The name of its sentence. */
  readonly rule: string;
  /** The variable parts of the message. */
  readonly params: Params;
  /** The seconds after which the same request may succeed; undefined where waiting does not help. */
  readonly retryAfter: number | undefined;
  readonly fault: Fault<RequestErrorCode>;

  constructor(fault: Fault<RequestErrorCode>, retryAfter?: number) {
    super(messageOf(fault));
    this.fault = fault;
    this.code = fault.code;
    this.rule = fault.rule;
    this.params = fault.params;
    this.retryAfter = retryAfter;
    // GraphQL formats the stack of every error, through source maps: that takes longer than the refusal.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Makes the error of a fault. A sentence that names `{field}` means the last field on the path. */
export function userError(fault: Fault<UserErrorCode>, path: readonly string[]): UserError {
  const { code, rule, sentence } = fault;
  const params = sentence.includes('{field}') ? { field: fieldAt(path), ...fault.params } : fault.params;
  return { code, rule, message: messageOf({ ...fault, params }), params, path };
}

/** The last field on a path, with the positions in lists that follow it. */
function fieldAt(path: readonly string[]): string {
  return /[^.]+(\.\d+)*$/.exec(path.join('.'))?.[0] ?? '';
}

function refuse(fault: Fault<UserErrorCode>, path: readonly string[]): UserErrors {
  return new UserErrors([userError(fault, path)]);
}

const MISSING = sentences('NOT_FOUND', { NO_SUCH_ROW: 'There is no such {type}.' });
const CHANGED = sentences('VERSION_CONFLICT', {
  OLD_VERSION: 'The entity has changed: its version is now {version}.',
});
const SIGN_IN = sentences('UNAUTHENTICATED', { NO_TOKEN: 'A valid access token is required.' });
const CLOSED = sentences('FORBIDDEN', { FIELD_CLOSED: 'You are not allowed to access {name}.' });

/** The answer for a row that does not exist and for one that the viewer may not see, in the same words. */
export function notFound(type: string, ...path: string[]): UserErrors {
  return refuse(MISSING.NO_SUCH_ROW({ type }), path);
}

/** The same answer as a request error, where a query or a subscription names the row. */
export function noSuch(type: string): RequestError {
  return new RequestError(MISSING.NO_SUCH_ROW({ type }));
}

/** Refuses one argument; use the validation of the command's input where several can be wrong. */
export function invalidInput(fault: Fault<'INVALID_INPUT'>, ...path: string[]): UserErrors {
  return refuse(fault, path);
}

/** Refuses a value that must be unique and is taken. */
export function alreadyExists(fault: Fault<'ALREADY_EXISTS'>, ...path: string[]): UserErrors {
  return refuse(fault, path);
}

/** Refuses to remove something that others still need: the row of the argument `id`, or what the path names. */
export function inUse(fault: Fault<'IN_USE'>, path: readonly string[] = ['id']): UserErrors {
  return refuse(fault, path);
}

/** Refuses to exceed a limit. */
export function limitReached(fault: Fault<'LIMIT_REACHED'>, ...path: string[]): UserErrors {
  return refuse(fault, path);
}

/** Refuses a step that the entity's state does not allow. The sentence names the state and the steps that it allows. */
export function invalidState(fault: Fault<'INVALID_STATE'>, ...path: string[]): UserErrors {
  return refuse(fault, path);
}

/** Refuses a change that this viewer may not make to this row, although both are visible. */
export function forbiddenChange(fault: Fault<'FORBIDDEN_CHANGE'>, ...path: string[]): UserErrors {
  return refuse(fault, path);
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
  throw new UserErrors([userError(fault, ['expectedVersion'])], row);
}

/** Refuses a caller without a valid token. */
export function unauthenticated(): RequestError {
  return new RequestError(SIGN_IN.NO_TOKEN());
}

/** Refuses a caller whose rights do not cover the field `name`, e.g. `Customer.notes`. */
export function forbidden(name: string): RequestError {
  return new RequestError(CLOSED.FIELD_CLOSED({ name }));
}

/** A value of an argument was refused. In the payload of a mutation it is a user error. */
export class BadArgument extends RequestError {
  readonly #fault: Fault<'BAD_USER_INPUT'>;

  constructor(fault: Fault<'BAD_USER_INPUT'>) {
    super(fault);
    this.#fault = fault;
  }

  /** The same refusal at the path of the argument, for a mutation. */
  asUserErrors(): UserErrors {
    return invalidInput(
      { ...this.#fault, code: 'INVALID_INPUT' },
      ...String(this.params.argument).split('.'),
    );
  }
}

/** Refuses an argument, e.g. `filter.name`, by a sentence that names it as `{argument}`. */
export function badArgument(fault: Fault<'BAD_USER_INPUT'>): RequestError {
  return new BadArgument(fault);
}
