import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isKnown } from './known-etag.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { REQUEST } from './refusals.ts';

/** A set of public keys (RFC 7517, section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** A key is published for longer than this before it signs, so no cache lacks the key of a receipt. */
const MAX_AGE_S = 300;

/**
 * Serves the public keys of receipts to every program and web page, signed in or not. Requests that come while the keys are
 * read share that one query, so that they cannot fill the pool of the database.
 */
export function keysRoute(
  read: () => Promise<JsonWebKeySet>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const readOnce = shared(read);
  return async ({ method, headers }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET, HEAD' });
    }
    const body = Buffer.from(JSON.stringify(await readOnce()));
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const always = {
      etag,
      'cache-control': `public, max-age=${MAX_AGE_S}`,
      'access-control-allow-origin': '*',
    };
    if (isKnown(headers['if-none-match'], etag)) {
      response.writeHead(304, always).end();
      return;
    }
    sendBody(response, 200, { 'content-type': 'application/jwk-set+json', ...always }, body);
  };
}

function shared<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | null = null;
  return () => {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  };
}
