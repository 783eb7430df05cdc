import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The address of the client of a request that came through so many proxies. Each adds the address it was called from at
 * the right of `x-forwarded-for`; what stands left of theirs is the client's own word, and counts for nothing.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxies: number,
): string | null {
  const peer = socket.remoteAddress ?? null;
  if (trustedProxies === 0) return peer;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  // A request that came through fewer of them than there are has fewer entries.
  const entry = withoutPort(forwarded.at(-trustedProxies) ?? forwarded[0] ?? '');
  return isIP(entry) ? entry : peer;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^\[(.*)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/.exec(entry.trim()) ?? [];
  return bracketed ?? plain ?? entry.trim();
}
