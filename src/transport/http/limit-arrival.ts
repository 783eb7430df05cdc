import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The time in which the body of a request arrives, from its headers on. */
const ARRIVES_WITHIN_MS = 30_000;

/**
 * Refuses a request whose body does not arrive in time, as Node refuses one whose headers do not; also after the answer, if
 * no route reads the body.
 */
export function limitArrival(
  request: IncomingMessage,
  refuse: (error: NodeJS.ErrnoException, stream: Duplex) => void,
): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if ((length === undefined || length === '0') && coding === undefined) return;
  const late = setTimeout(() => {
    if (!request.complete)
      refuse(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), request.socket);
  }, ARRIVES_WITHIN_MS).unref();
  const { socket } = request;
  const arrived = () => {
    clearTimeout(late);
    socket.off('close', arrived);
  };
  request.once('end', arrived);
  socket.once('close', arrived);
}
