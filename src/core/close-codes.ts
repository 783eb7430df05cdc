/** How the server closes a socket. A close frame has room for 123 bytes of reason. */
export interface SocketClose {
  readonly code: number;
  /** `{limit}` stands for the number that was exceeded. */
  readonly reason: string;
}

/**
 * Every reason that the server has to close a socket. The graphql-ws client tries again after 1001, 1013, 4403 and
 * 4408 and takes the others for final; docs/errors.md tells the authors of clients what to do.
 */
export const SOCKET_CLOSES = {
  RESTARTING: { code: 1001, reason: 'Restarting' },
  // It may come back and go on behind its cursor: nothing is lost, and meanwhile it costs the others nothing.
  TOO_SLOW: { code: 1013, reason: 'Too slow (WS_MAX_UNSENT_BYTES): reconnect and resume' },
  // "Policy violation" of RFC 6455. It is meant to be final: one that comes back would send the same again. 4429 is
  // final too, but graphql-transport-ws has it say that there were two `connection_init`.
  TOO_MANY_MESSAGES: {
    code: 1008,
    reason: 'More than {limit} messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)',
  },
  // One that clients repeat by themselves, after longer and longer pauses: there is room again as soon as another one
  // closes, and those of a node that was killed are counted for some seconds more. 4429 would be final.
  TOO_MANY_CONNECTIONS: {
    code: 1013,
    reason: 'At most {limit} sockets and event streams of one user (WS_MAX_SOCKETS_PER_USER)',
  },
  TOO_MANY_ANONYMOUS: {
    code: 1013,
    reason: 'At most {limit} sockets of one network without a user (WS_MAX_ANONYMOUS_SOCKETS)',
  },
  MESSAGE_TOO_LARGE: { code: 1009, reason: 'A message is larger than {limit} bytes (WS_MAX_MESSAGE_BYTES)' },
  // As when the database is away. Clients take 1011 and 4500 for final, and this is not.
  TRY_AGAIN: { code: 1013, reason: 'Try again later' },
  TOKEN_EXPIRED: { code: 4403, reason: 'Forbidden: the access token has expired' },
  RIGHTS_WITHDRAWN: { code: 4403, reason: 'Forbidden: access was revoked' },
  // The protocol library closes with these, for us.
  FORBIDDEN: { code: 4403, reason: 'Forbidden' },
  INIT_TIMEOUT: { code: 4408, reason: 'Connection initialisation timeout' },
} as const satisfies Readonly<Record<string, SocketClose>>;

/** A reason that the server has to close a socket. */
export type SocketCloseReason = keyof typeof SOCKET_CLOSES;

export const SOCKET_CLOSE_REASONS = Object.keys(SOCKET_CLOSES) as SocketCloseReason[];

/** The code and words of a close, with the number that was exceeded in its place. */
export function socketClose(reason: SocketCloseReason, limit?: number): SocketClose {
  const { code, reason: text } = SOCKET_CLOSES[reason];
  return { code, reason: text.replace('{limit}', String(limit)) };
}
