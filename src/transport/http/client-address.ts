import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddress from 'proxy-addr';

/**
 * Returns the address of the client of a request that came through `trustedProxies` proxies. Each proxy adds the
 * address that called it at the right of `x-forwarded-for`; the entries to the left of theirs come from the client
 * itself and are not believed. An entry that is no address counts as missing.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string | null {
  const peer = request.socket.remoteAddress ?? null;
  const client = proxyAddress(request, (_address, hop) => hop < trustedProxies);
  const address = withoutPort(client ?? '');
  return isIP(address) ? address : peer;
}

/** Some proxies add the port, which `proxy-addr` leaves in: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^\[(.*)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/.exec(entry) ?? [];
  return bracketed ?? plain ?? entry;
}
