/** An error of the server, or of the connection to it. `code` is one of docs/errors.md, or `CLOSED` or `OFFLINE`. */
export class LockstepError extends Error {
  readonly code: string;
  /** The seconds after which another attempt is of use. */
  readonly retryAfter: number | undefined;
  /** The request, for a report. */
  readonly requestId: string | undefined;

  constructor(code: string, message: string, details: { retryAfter?: number; requestId?: string } = {}) {
    super(message);
    this.name = 'LockstepError';
    this.code = code;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
  }
}

/** An entry of `errors`, as GraphQL sends it. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: {
    readonly code?: string;
    readonly retryAfter?: number;
    readonly requestId?: string;
  };
}

/** Another attempt is of no use after these until the client, or the rights of its user, have changed. */
const FINAL = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'QUERY_TOO_COMPLEX',
  'MODULE_DISABLED',
  'SUBSCRIPTION_REVOKED',
  'DISCONNECTED',
  'CLOSED',
]);

/** Whether an error ends a stream for good. */
export function isFinal({ code }: LockstepError): boolean {
  return FINAL.has(code);
}

const POLICY_VIOLATION = 1008;

/** Whether an administrator has ended the connection, with a reason to show. */
export function isDisconnection({ code, reason }: { code?: unknown; reason?: string | undefined }): boolean {
  return code === POLICY_VIOLATION && reason?.startsWith('Disconnected: ') === true;
}

/** Makes an error of what a stream or an answer failed with: errors of GraphQL, a close of the socket, an exception. */
export function errorOf(cause: unknown): LockstepError {
  if (cause instanceof LockstepError) return cause;
  if (Array.isArray(cause) && cause.length > 0) {
    const { message, extensions = {} } = cause[0] as GraphqlError;
    return new LockstepError(extensions.code ?? 'INTERNAL_SERVER_ERROR', message, extensions);
  }
  const { code, reason, message } = (cause ?? {}) as { code?: unknown; reason?: string; message?: string };
  if (isDisconnection({ code, reason })) return new LockstepError('DISCONNECTED', reason ?? '');
  if (typeof code === 'number') return new LockstepError('CLOSED', `${code} ${reason ?? ''}`.trim());
  return new LockstepError('OFFLINE', message || 'The server cannot be reached.');
}
