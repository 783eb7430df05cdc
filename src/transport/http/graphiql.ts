import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BuiltFiles } from './built-files.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { GRAPHIQL } from './refusals.ts';

const PAGE = 'graphiql.html';

/** The page runs its own scripts and talks to this server. Its editor writes styles into the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const NOT_BUILT = `<!doctype html>
<html lang="en"><title>Lockstep</title>
<p>GraphiQL is not built: run <code>npm run console</code> in the folder of the server, and start it again.</p></html>
`;

/** Serves GraphiQL to browsers that open the endpoint; its scripts are among the files of the console. */
export function graphiqlRoute(
  files: BuiltFiles,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    if (files.has(PAGE)) return files.send(PAGE, request, response, { 'content-security-policy': POLICY });
    const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
    sendBody(response, 200, headers, NOT_BUILT);
  };
}

/** Answers browsers where GraphiQL is switched off. */
export function refuseGraphiql(_request: IncomingMessage, response: ServerResponse): void {
  sendRefusal(response, 404, GRAPHIQL.GRAPHIQL_OFF());
}
