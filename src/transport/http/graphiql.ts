import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BuiltFiles } from './built-files.ts';
import { sendBuiltPage } from './console-route.ts';
import { sendRefusal } from './plain-answer.ts';
import { GRAPHIQL } from './refusals.ts';

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

/** Serves GraphiQL to browsers that open the endpoint; its scripts are among the files of the console. */
export function graphiqlRoute(
  files: BuiltFiles,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return (request, response) =>
    sendBuiltPage(files, 'graphiql.html', request, response, { 'content-security-policy': POLICY });
}

/** Answers browsers where GraphiQL is switched off. */
export function refuseGraphiql(_request: IncomingMessage, response: ServerResponse): void {
  sendRefusal(response, 404, GRAPHIQL.GRAPHIQL_OFF());
}
