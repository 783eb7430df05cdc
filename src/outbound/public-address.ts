import ipaddr from 'ipaddr.js';

/** The unicast addresses that are given out; whatever is outside of them is local, reserved or a form of IPv4. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');
/** For documentation (RFC 9637); too young for the library. */
const DOCUMENTATION = ipaddr.IPv6.parseCIDR('3fff::/20');
/** A host of Azure, which serves each virtual machine secrets of its own under a public number. */
const AZURE_HOST = '168.63.129.16';

/**
 * Tells whether an address is one of the public internet. Addresses are compared as numbers, so no spelling of one passes
 * that another would not. Those that carry an IPv4 address inside IPv6 are none, whatever they carry.
 */
export function isPublicAddress(text: string): boolean {
  const address = parsed(text);
  if (address?.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv4) return address.toString() !== AZURE_HOST;
  return address.match(GIVEN_OUT) && !address.match(DOCUMENTATION);
}

/** Tells whether an address is one of this machine, which is `127.0.0.0/8` or `::1`, and no other form of them. */
export function isLoopbackAddress(text: string): boolean {
  return parsed(text)?.range() === 'loopback';
}

function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv6.isValid(text)) return ipaddr.IPv6.parse(text);
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : null;
}
