import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Metrics } from '../../core/metrics.ts';
import { bearerToken } from '../pipeline/request-headers.ts';

/** Who may read the metrics, and what everybody else is told. */
interface Guard {
  admits(request: IncomingMessage): boolean;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly text: string;
}

/**
 * Serves the metrics in the text format of Prometheus. They tell how busy an installation is, so they are for whoever
 * has the token; without one, for the machine itself.
 */
export function metricsRoute(
  { registry }: Metrics,
  token: string | undefined,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guard = token === undefined ? THIS_MACHINE : holdersOf(token);
  return async (request, response) => {
    if (request.method !== 'GET') return send(response, 405, { allow: 'GET' }, 'Send a GET.\n');
    if (!guard.admits(request)) return send(response, guard.status, guard.headers, `${guard.text}\n`);
    send(response, 200, { 'content-type': registry.contentType }, await registry.metrics());
  };
}

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127(\.\d+){3})$/;
const LOOPBACK_HOST = /^(localhost|\[::1\]|127(\.\d+){3})(:\d+)?$/i;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** A proxy beside the server would let the world in, and so would a web page whose name was made to point here. */
const THIS_MACHINE: Guard = {
  admits: ({ socket, headers }) =>
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    !PROXY_HEADERS.some((name) => name in headers),
  status: 403,
  headers: {},
  text: 'Only the machine itself may read the metrics: set METRICS_TOKEN to read them from elsewhere.',
};

function holdersOf(token: string): Guard {
  const expected = digest(token);
  return {
    // Of equal length whatever was sent, so that the time it takes tells nothing of the token.
    admits: ({ headers }) => timingSafeEqual(digest(bearerToken(headers.authorization) ?? ''), expected),
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
    text: 'The metrics are for those who send METRICS_TOKEN as their bearer token.',
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, text: string): void {
  const always = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...always, ...headers }).end(text);
}
