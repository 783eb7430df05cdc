import type { EndReason } from '../live/client-connection.ts';

/** How a socket is closed; a close frame has room for 123 bytes of text. */
export interface Ending {
  readonly code: number;
  readonly text: string;
}

const FORBIDDEN = 4403;
const TRY_AGAIN = 1013;

/** Says how the socket of a connection is closed that the server has ended. */
export function endingOf(reason: EndReason, maxConnections: number): Ending {
  switch (reason) {
    case 'TOKEN_EXPIRED':
      return { code: FORBIDDEN, text: 'Forbidden: the access token has expired' };
    case 'RIGHTS_WITHDRAWN':
      return { code: FORBIDDEN, text: 'Forbidden: the right to be here was withdrawn' };
    case 'TOO_MANY_CONNECTIONS':
      // One that clients repeat by themselves, after longer and longer pauses: there is room again as soon as another
      // one closes, and those of a node that was killed are counted for some seconds more. 4429 would be final.
      return { code: TRY_AGAIN, text: tooManyConnections(maxConnections) };
  }
}

/** The limit of connections in words. */
export function tooManyConnections(limit: number): string {
  return `At most ${limit} sockets and event streams of one user (WS_MAX_SOCKETS_PER_USER)`;
}
