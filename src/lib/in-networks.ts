import { BlockList, isIP } from 'node:net';

/** Tells whether a text is a network in CIDR notation, e.g. `10.0.0.0/8` or `2001:db8::/32`, with no bit of a host set. */
export function isNetwork(text: string): boolean {
  const [, address = '', length = ''] = /^([\d.]+|[\da-f:]+)\/(0|[1-9]\d{0,2})$/i.exec(text) ?? [];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  if (family === 0 || Number(length) > bits) return false;
  return isFirstOf(address, Number(length), family);
}

/** Tells whether an address is in one of some networks. An IPv4 address that is mapped into IPv6 counts as IPv4. */
export function isInNetworks(ip: string | null, networks: readonly string[]): boolean {
  if (ip === null) return false;
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    // An IPv4 address is in no network of IPv6, not even in all of it.
    if (isIP(address) === family) list.addSubnet(address, Number(length), nameOf(family));
  }
  return list.check(plain, nameOf(family));
}

/** A host's address with a length is a slip: its network may be far larger than the client means. */
function isFirstOf(address: string, length: number, family: number): boolean {
  const bytes = family === 4 ? address.split('.').map(Number) : bytesOf(address);
  return bytes.every((byte, index) => {
    const kept = Math.min(Math.max(length - index * 8, 0), 8);
    return (byte & (0xff >> kept)) === 0;
  });
}

function bytesOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((one) => Number.parseInt(one, 16));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

function nameOf(family: number): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}
