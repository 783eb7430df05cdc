import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Sends a body whose length is known. Node sends one that follows `writeHead` in chunks instead. */
export function sendBody(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Sends a sentence for people. */
export function sendSentence(response: ServerResponse, status: number, sentence: string): void {
  sendBody(response, status, { 'content-type': 'text/plain; charset=utf-8' }, `${sentence}\n`);
}

/** Sends the client to another path. A relative one also holds when a proxy serves the server under a path of its own. */
export function sendRedirect(response: ServerResponse, location: string): void {
  sendBody(response, 302, { location }, '');
}
