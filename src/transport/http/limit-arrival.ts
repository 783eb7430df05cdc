import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The time limits for what a client sends. */
export interface ArrivalLimits {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the headers of a request to the end of its body. */
  readonly bodyMs: number;
  /** The time between two looks at the connections. */
  readonly checkMs: number;
}

/** The limits of a server: a client that sends a byte now and then is disconnected. */
export const ARRIVAL_LIMITS: ArrivalLimits = { headersMs: 10_000, bodyMs: 30_000, checkMs: 2_000 };

/**
 * Refuses a request whose body does not arrive in time, as Node refuses one whose headers do not. One that was answered
 * before its end is disconnected then, too: Node reads on to the next request.
 */
export function limitArrival(
  request: IncomingMessage,
  bodyMs: number,
  refuse: (error: NodeJS.ErrnoException, stream: Duplex) => void,
): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if ((length === undefined || length === '0') && coding === undefined) return;
  const late = setTimeout(() => {
    if (!request.complete)
      refuse(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), request.socket);
  }, bodyMs).unref();
  const { socket } = request;
  const stop = () => {
    clearTimeout(late);
    socket.off('close', stop);
  };
  request.once('end', stop);
  socket.once('close', stop);
}
