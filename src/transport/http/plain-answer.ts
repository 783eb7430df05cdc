import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Fault, messageOf, type RequestErrorCode } from '../../core/requests/fault.ts';

/** Sends a body whose length is known. Node sends one that follows `writeHead` in chunks instead. */
export function sendBody(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The headers of every refusal. What refuses now may answer later, so no cache keeps it. */
export const REFUSAL_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
};

/** Sends a refusal in the form that the errors of operations have. */
export function sendRefusal(
  response: ServerResponse,
  status: number,
  fault: Fault<RequestErrorCode>,
  headers: OutgoingHttpHeaders = {},
): void {
  sendBody(response, status, { ...REFUSAL_HEADERS, ...headers }, refusalBody(fault));
}

/** The body of a refusal: clients read the errors of all paths, and of all statuses, in one way. */
export function refusalBody(fault: Fault<RequestErrorCode>): string {
  const { code, rule, params } = fault;
  const { retryAfter } = params;
  const extensions = { code, rule, params, ...(retryAfter !== undefined && { retryAfter }) };
  return JSON.stringify({ errors: [{ message: messageOf(fault), extensions }] });
}
