import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** Finds all addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** The addresses that may be reached beside public ones. */
export interface Reachable {
  /** Whether this machine may be: for demos and tests. */
  readonly loopback: boolean;
}

/** A name leads to an address that no request may be sent to. It does not say which. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

const SERVERS = { timeout: 2_000, tries: 2 };
const LOCALHOST = /(^|\.)localhost\.?$/;

/**
 * Asks the name servers of the system for all addresses of a name, IPv4 and IPv6. The resolver of the system is not asked:
 * it takes a thread of the pool that files and passwords need, and slow names of one tenant would hold all of them.
 */
export const resolveByDns: Resolve = async (name) => {
  if (LOCALHOST.test(name)) return ['127.0.0.1', '::1'];
  const resolver = new Resolver(SERVERS);
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length === 0 && four.status === 'rejected') throw four.reason;
  return found;
};

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Finds the addresses of a host; throws ForbiddenAddress if any of them may not be reached by this protocol. */
export async function allowedAddresses(
  url: Pick<URL, 'hostname' | 'protocol'>,
  resolve: Resolve,
  reachable: Reachable,
): Promise<readonly string[]> {
  const { protocol } = url;
  const host = hostOf(url);
  const found = isIP(host) ? [host] : await resolve(host);
  if (found.length === 0) throw new ForbiddenAddress();
  for (const address of found) {
    const isAllowed =
      (protocol === 'https:' && isPublicAddress(address)) ||
      (reachable.loopback && isLoopbackAddress(address));
    if (!isAllowed) throw new ForbiddenAddress();
  }
  return found;
}

/** Makes the `lookup` of a request that connects to addresses which were checked, however often it asks. */
export function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, options, callback) => {
    const [first] = all;
    if (options.all) callback(null, all);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
}
