import type { IncomingMessage, ServerResponse } from 'node:http';

/** The longest time for which Chromium remembers the answer. */
const MAX_AGE_S = 7_200;

/**
 * Lets every web page read an answer, refusals included. Credentials are not allowed: the answers are the same with and
 * without.
 */
export function allowEveryOrigin(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', 'etag, retry-after');
  // Web pages of other origins may also load it without asking, e.g. through a cache of the browser.
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
}

/** Whether a browser asks if it may send a request. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && 'access-control-request-method' in headers;
}

/** Answers that a web page may send requests, with any headers. */
export function answerPreflight(response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, HEAD');
  response.setHeader('access-control-allow-headers', '*');
  response.setHeader('access-control-max-age', MAX_AGE_S);
  response.writeHead(204).end();
}
