import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network of a client's address. An IPv6 client commonly has all 2^64 addresses of its network, so they count as
 * one.
 */
export function networkOf(ip: string | null): string {
  if (ip === null) return 'unknown';
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  return isIPv6(ip) ? firstGroups(ip).join(':') : ip;
}

/**
 * The wider network of a client's address, for what any stranger may ask: the /24 of an IPv4 address, the /56 of an IPv6
 * address. A subscriber of a provider commonly has as many as that.
 */
export function widerNetworkOf(ip: string | null): string {
  const network = networkOf(ip);
  if (isIPv4(network)) return network.split('.').slice(0, 3).join('.');
  const groups = network.split(':');
  return [...groups.slice(0, 3), (groups[3] ?? '').padStart(4, '0').slice(0, 2)].join(':');
}

function firstGroups(ip: string): string[] {
  const [head = '', tail = ''] = ip.split('::');
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => group.toLowerCase());
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
