import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { clientAddress } from '../../../src/transport/http/client-address.ts';

const PROXY = '10.0.0.1';

function addressOf(forwarded: string | undefined, trustedProxies: number): string | null {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: PROXY });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return clientAddress(request, trustedProxies);
}

test.each([
  ['without trusted proxies the header is not believed', '192.0.2.1', 0, PROXY],
  ['without the header it is the address of the caller', undefined, 1, PROXY],
  ['behind one proxy it is the address that the proxy adds', '192.0.2.1', 1, '192.0.2.1'],
  ['an entry that the client wrote is not believed', '198.51.100.7, 192.0.2.1', 1, '192.0.2.1'],
  [
    'behind two proxies it is the address that the outer one adds',
    '198.51.100.7, 192.0.2.1, 10.0.0.2',
    2,
    '192.0.2.1',
  ],
  ['a request through the inner proxy alone has the address that this one adds', '192.0.2.1', 2, '192.0.2.1'],
  ['a port is removed', '192.0.2.1:4711', 1, '192.0.2.1'],
  ['IPv6 is an address', '2001:db8::1', 1, '2001:db8::1'],
  ['a port is removed from IPv6', '[2001:db8::1]:4711', 1, '2001:db8::1'],
  ['an entry that is no address is not believed', 'unknown', 1, PROXY],
  ['an empty header is not believed', '', 1, PROXY],
])('%s', (_rule, forwarded, trustedProxies, address) => {
  expect(addressOf(forwarded, trustedProxies)).toBe(address);
});
