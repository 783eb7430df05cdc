import { isIPv6 } from 'node:net';

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

function firstGroups(ip: string): string[] {
  const [head = '', tail = ''] = ip.split('::');
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => group.toLowerCase());
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
