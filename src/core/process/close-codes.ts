/** The code and the reason with which the server closes a socket. A close frame has room for 123 bytes of reason. */
export interface SocketClose {
  readonly code: number;
  /** `{limit}` stands for the number that was exceeded, `{reason}` for the words of an administrator. */
  readonly reason: string;
}

/**
 * All reasons for which the server closes a socket. The graphql-ws client reconnects after 1001, 1013, 4403 and 4408
 * and treats the others as fatal; docs/errors.md says what authors of clients should do.
 */
export const SOCKET_CLOSES = {
  RESTARTING: { code: 1001, reason: 'Restarting' },
  // The client may reconnect and resume after its cursor. It loses nothing, and meanwhile it costs the others nothing.
  TOO_SLOW: { code: 1013, reason: 'Too slow (WS_MAX_UNSENT_BYTES): reconnect and resume' },
  // "Policy violation" of RFC 6455. It is meant to be fatal: a client that reconnects would send the same again. 4429
  // is fatal too, but in graphql-transport-ws it means that there were two `connection_init`.
  TOO_MANY_MESSAGES: {
    code: 1008,
    reason: 'More than {limit} messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)',
  },
  // An administrator has ended the connections of the user. It is meant to be fatal: a client that came back by itself
  // would undo what the administrator did. graphql-ws makes 1008 the last error of every running operation, with the
  // reason, so clients show it.
  DISCONNECTED: { code: 1008, reason: 'Disconnected: {reason}' },
  // Clients retry after this code, with growing pauses: there is room as soon as another socket closes, and the sockets
  // of a node that was killed are counted for some seconds more. 4429 would be fatal.
  TOO_MANY_CONNECTIONS: {
    code: 1013,
    reason: 'At most {limit} sockets and event streams of one user (WS_MAX_SOCKETS_PER_USER)',
  },
  TOO_MANY_ANONYMOUS: {
    code: 1013,
    reason: 'At most {limit} sockets of one network without a user (WS_MAX_ANONYMOUS_SOCKETS)',
  },
  MESSAGE_TOO_LARGE: { code: 1009, reason: 'A message is larger than {limit} bytes (WS_MAX_MESSAGE_BYTES)' },
  // E.g. when the database is unavailable. Clients treat 1011 and 4500 as fatal, and this is not.
  TRY_AGAIN: { code: 1013, reason: 'Try again later' },
  TOKEN_EXPIRED: { code: 4403, reason: 'Forbidden: the access token has expired' },
  RIGHTS_WITHDRAWN: { code: 4403, reason: 'Forbidden: access was revoked' },
  // The protocol library closes sockets with these on our behalf.
  FORBIDDEN: { code: 4403, reason: 'Forbidden' },
  INIT_TIMEOUT: { code: 4408, reason: 'Connection initialisation timeout' },
} as const satisfies Readonly<Record<string, SocketClose>>;

/** A reason that the server has to close a socket. */
export type SocketCloseReason = keyof typeof SOCKET_CLOSES;

export const SOCKET_CLOSE_REASONS = Object.keys(SOCKET_CLOSES) as SocketCloseReason[];

/** The code and reason of a close, with the limit that was exceeded, or the words of an administrator, filled in. */
export function socketClose(reason: SocketCloseReason, detail?: number | string): SocketClose {
  const { code, reason: text } = SOCKET_CLOSES[reason];
  // By a function: in a replacement that is a text, `$&` of an administrator would stand for something else.
  return { code, reason: text.replace(/\{(limit|reason)\}/, () => String(detail)) };
}
