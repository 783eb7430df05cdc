import type { IncomingMessage, ServerResponse } from 'node:http';
import { RATE_LIMIT_HEADER, RATE_LIMIT_POLICY_HEADER } from '../pipeline/rate-limit-headers.ts';
import { REQUEST_ID_HEADER } from '../pipeline/request-headers.ts';
import type { Origins } from './origins.ts';

const METHODS = 'GET, POST';
const EXPOSED = [REQUEST_ID_HEADER, 'retry-after', RATE_LIMIT_HEADER, RATE_LIMIT_POLICY_HEADER].join(', ');
/** The longest time for which Chromium remembers the answer. */
const MAX_AGE_S = 7_200;

/**
 * Tells browsers which pages may read an answer. Returns true if the request was a preflight, which is then answered.
 *
 * A page may send any header, e.g. `traceparent`: without cookies a browser adds nothing to a request that the page
 * does not know itself. For the same reason credentials are not allowed.
 */
export function answerCors(request: IncomingMessage, response: ServerResponse, origins: Origins): boolean {
  if (!origins.hasOthers) return false;
  const { origin, ...headers } = request.headers;
  const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in headers;
  const asked = isPreflight && headers['access-control-request-headers'];
  response.setHeader('vary', isPreflight ? 'Origin, Access-Control-Request-Headers' : 'Origin');
  if (origin !== undefined && origins.isListed(origin)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', EXPOSED);
    if (isPreflight) {
      response.setHeader('access-control-allow-methods', METHODS);
      response.setHeader('access-control-max-age', MAX_AGE_S);
    }
    if (asked) response.setHeader('access-control-allow-headers', asked);
  }
  if (isPreflight) response.writeHead(204).end();
  return isPreflight;
}
