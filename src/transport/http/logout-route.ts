import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../core/requests/errors.ts';
import { sendRefusal } from './plain-answer.ts';
import { LOGOUT_REQUEST, REQUEST } from './refusals.ts';

/** A logout token is a few hundred bytes; its issuer may send other parameters beside it. */
const MAX_BODY_BYTES = 32 * 1_024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Serves the back channel by which outside issuers say that a session has ended (OpenID Connect Back-Channel Logout 1.0).
 * A page can send such a form, too, but not make the token.
 */
export function logoutRoute(
  take: (token: string) => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    if (request.method !== 'POST') {
      return sendRefusal(response, 405, REQUEST.ONLY_POST(), { allow: 'POST' });
    }
    const [type = ''] = (request.headers['content-type'] ?? '').split(';');
    if (type.trim().toLowerCase() !== FORM)
      return sendRefusal(response, 415, LOGOUT_REQUEST.LOGOUT_NO_FORM());
    const body = await bodyOf(request);
    if (body === null) {
      const fault = LOGOUT_REQUEST.LOGOUT_TOO_LARGE({ max: MAX_BODY_BYTES });
      return sendRefusal(response, 413, fault, { connection: 'close' });
    }
    const tokens = new URLSearchParams(body).getAll('logout_token');
    const [token] = tokens;
    if (!token || tokens.length > 1) return sendRefusal(response, 400, LOGOUT_REQUEST.LOGOUT_TOKEN_MISSING());
    try {
      await take(token);
    } catch (error) {
      return refuse(response, error);
    }
    response.writeHead(200, { 'cache-control': 'no-store' }).end();
  };
}

/** A token that is none of an issuer is a wrong request here, as the specification has it: there is no one to sign in. */
function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof RequestError)) throw error;
  const { retryAfter, fault } = error;
  if (retryAfter === undefined) sendRefusal(response, 400, fault);
  else sendRefusal(response, 503, fault, { 'retry-after': String(retryAfter) });
}

/** The body as a text; null for one that is too large, of which the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not close the connection, which has to carry the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
