import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Metrics } from '../../core/process/metrics.ts';
import { type Fault, type RequestErrorCode, sentences } from '../../core/requests/fault.ts';
import { bearerToken } from '../pipeline/request-headers.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { REQUEST } from './refusals.ts';

/** Decides which requests may read the metrics, and how the others are refused. */
interface Guard {
  admits(request: IncomingMessage): boolean;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly fault: Fault<RequestErrorCode>;
}

/**
 * Serves the metrics in the text format of Prometheus. They show how busy an installation is, so they require the
 * token. If no token is set, only the machine itself may read them.
 */
export function metricsRoute(
  { registry }: Metrics,
  token: string | undefined,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guard = token === undefined ? THIS_MACHINE : holdersOf(token);
  return async (request, response) => {
    if (request.method !== 'GET') return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET' });
    if (!guard.admits(request)) return sendRefusal(response, guard.status, guard.fault, guard.headers);
    const headers = { 'content-type': registry.contentType, 'cache-control': 'no-store' };
    sendBody(response, 200, headers, await registry.metrics());
  };
}

const CLOSED = sentences('FORBIDDEN', {
  METRICS_CLOSED:
    'Only the machine itself may read the metrics: set METRICS_TOKEN to read them from elsewhere.',
});
const SECRET = sentences('UNAUTHENTICATED', {
  METRICS_TOKEN_MISSING: 'The metrics are for clients that send METRICS_TOKEN as their bearer token.',
});

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127(\.\d+){3})$/;
const LOOPBACK_HOST = /^(localhost|\[::1\]|127(\.\d+){3})(:\d+)?$/i;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Excludes proxies on the machine, which forward requests of others, and web pages whose domain points to the machine.
 */
const THIS_MACHINE: Guard = {
  admits: ({ socket, headers }) =>
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    !PROXY_HEADERS.some((name) => name in headers),
  status: 403,
  headers: {},
  fault: CLOSED.METRICS_CLOSED(),
};

function holdersOf(token: string): Guard {
  const expected = digest(token);
  return {
    // The digests have equal lengths, so the time of the comparison reveals nothing about the token.
    admits: ({ headers }) => timingSafeEqual(digest(bearerToken(headers.authorization) ?? ''), expected),
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
    fault: SECRET.METRICS_TOKEN_MISSING(),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
