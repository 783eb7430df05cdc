import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { BuiltFiles } from './built-files.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { REQUEST } from './refusals.ts';
import { pathOf } from './request-target.ts';

/** The pages that a build has written. */
type BuiltPage = 'graphiql.html' | 'index.html' | 'status.html';

/** The page runs its own scripts and styles, talks to this server, and does nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const NOT_BUILT = `<!doctype html>
<html lang="en"><title>Lockstep</title>
<p>The pages are not built: run <code>npm run console</code> in the folder of the server, and start it again. The API
answers at <a href="/graphql">/graphql</a>.</p></html>
`;

/** Whether the client shows pages, as a browser that opens an address does. */
export function acceptsPages({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/**
 * Serves the console: its files, and at every other path its page, which shows what belongs to the path. What is no request of
 * a browser for a page is answered that there is nothing.
 */
export function consoleRoute(
  files: BuiltFiles,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const path = pathOf(request);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead) return sendRefusal(response, 404, REQUEST.NO_SUCH_PATH());
    if (files.has(path.slice(1)) && !path.endsWith('.html'))
      return files.send(path.slice(1), request, response);
    if (path !== '/' && !acceptsPages(request)) return sendRefusal(response, 404, REQUEST.NO_SUCH_PATH());
    await sendBuiltPage(files, 'index.html', request, response);
  };
}

/** Sends a page under the policy, or a sentence if none was built. */
export async function sendBuiltPage(
  files: BuiltFiles,
  name: BuiltPage,
  request: IncomingMessage,
  response: ServerResponse,
  headers: OutgoingHttpHeaders = {},
): Promise<void> {
  const own = { 'content-security-policy': POLICY, ...headers };
  if (files.has(name)) return files.send(name, request, response, own);
  sendBody(
    response,
    200,
    { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
    NOT_BUILT,
  );
}
