import { lookup as systemLookup } from 'node:dns';
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

/** Asks the resolver of the system for all addresses of a name, IPv4 and IPv6. */
export const resolveBySystem: Resolve = (name) =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true, order: 'verbatim' }, (error, found) =>
      error ? reject(error) : resolve(found.map(({ address }) => address)),
    );
  });

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
