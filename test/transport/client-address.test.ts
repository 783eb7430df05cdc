import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { clientAddress } from '../../src/transport/client-address.ts';

const PROXY = '10.0.0.1';

const addressOf = (forwarded: string | undefined, trustedProxies: number) =>
  clientAddress(
    {
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress: PROXY } as Socket,
    },
    trustedProxies,
  );

test.each([
  ['without trusted proxies, nobody is believed', '192.0.2.1', 0, PROXY],
  ['without the header, it is the one who calls', undefined, 1, PROXY],
  ['behind one proxy, it is what that one has seen', '192.0.2.1', 1, '192.0.2.1'],
  ['what the client itself says counts for nothing', '198.51.100.7, 192.0.2.1', 1, '192.0.2.1'],
  ['behind two, it is what the outer one has seen', '198.51.100.7, 192.0.2.1, 10.0.0.2', 2, '192.0.2.1'],
  ['who came through the inner one alone is what that one has seen', '192.0.2.1', 2, '192.0.2.1'],
  ['an address can have a port', '192.0.2.1:4711', 1, '192.0.2.1'],
  ['an address of IPv6', '2001:db8::1', 1, '2001:db8::1'],
  ['an address of IPv6 with a port', '[2001:db8::1]:4711', 1, '2001:db8::1'],
  ['what is no address counts for nothing', 'unknown', 1, PROXY],
])('%s', (_rule, forwarded, trustedProxies, address) => {
  expect(addressOf(forwarded, trustedProxies)).toBe(address);
});
