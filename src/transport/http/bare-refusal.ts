import { STATUS_CODES } from 'node:http';
import type { Fault, RequestErrorCode } from '../../core/requests/fault.ts';
import { REFUSAL_HEADERS, refusalBody } from './plain-answer.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** A refusal for a connection that has no response object. */
export interface BareRefusal {
  readonly status: number;
  readonly fault: Fault<RequestErrorCode>;
}

/** Returns a refusal as it goes over the wire. It closes the connection. */
export function bareRefusal({ status, fault }: BareRefusal): string {
  const body = refusalBody(fault);
  const { retryAfter } = fault.params;
  const headers = {
    ...SECURITY_HEADERS,
    ...REFUSAL_HEADERS,
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    connection: 'close',
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
