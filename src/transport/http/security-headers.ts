import type { ServerResponse } from 'node:http';

/** Browsers must not guess the type of any answer, tell its address to others, run or load anything for it, or frame it. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY', // for browsers that do not know frame-ancestors
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Adds the security headers to an answer. A handler may replace one. */
export function addSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}
