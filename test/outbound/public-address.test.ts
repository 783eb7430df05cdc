import { expect, test } from '@jest/globals';
import { allowedAddresses, ForbiddenAddress } from '../../src/outbound/guarded-lookup.ts';
import { isPublicAddress } from '../../src/outbound/public-address.ts';

const FORBIDDEN = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.255.255.254/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://１２７.０.０.１/',
  'https://0.0.0.0/',
  'https://0/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://169.254.169.254/',
  'https://169.254.0.1/',
  'https://168.63.129.16/',
  'https://100.64.0.1/',
  'https://100.127.255.255/',
  'https://192.0.0.192/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://198.51.100.1/',
  'https://203.0.113.1/',
  'https://192.88.99.1/',
  'https://224.0.0.1/',
  'https://239.255.255.255/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'https://[::7f00:1]/',
  'https://[::8.8.8.8]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b::808:808]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:a00:1::1]/',
  'https://[2001:0:4136:e378::]/',
  'https://[2001:db8::1]/',
  'https://[2001:2::1]/',
  'https://[2001:10::1]/',
  'https://[3fff::1]/',
  'https://[5f00::1]/',
  'https://[fe80::1]/',
  'https://[fe9f::1]/',
  'https://[fec0::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[ff02::1]/',
  'https://[100::1]/',
  'https://[::ffff:0:7f00:1]/',
  'https://[8000::1]/',
];

const noName = () => Promise.reject(new Error('asked for a name'));
const closed = { loopback: false };

test.each(FORBIDDEN)('no request is sent to %s', async (url) => {
  await expect(allowedAddresses(new URL(url), noName, closed)).rejects.toThrow(ForbiddenAddress);
});

test.each([
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
])('a request may be sent to %s', async (url) => {
  expect(await allowedAddresses(new URL(url), noName, closed)).toHaveLength(1);
});

test.each([[['8.8.8.8', '::1']], [['127.0.0.1']], [['8.8.8.8', '8.8.4.4', '10.0.0.1']], [[]]])(
  'a name that leads to %j is forbidden as a whole',
  async (found) => {
    const resolving = allowedAddresses(new URL('https://a.example/'), async () => found, closed);
    await expect(resolving).rejects.toThrow(ForbiddenAddress);
  },
);

test('plain HTTP reaches this machine where that is allowed, and no other', async () => {
  const at = (url: string) => allowedAddresses(new URL(url), noName, { loopback: true });
  expect(await at('http://127.0.0.1:1/')).toEqual(['127.0.0.1']);
  expect(await at('http://[::1]:1/')).toEqual(['::1']);
  for (const url of [
    'http://8.8.8.8/',
    'http://10.0.0.1/',
    'https://10.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
  ]) {
    await expect(at(url)).rejects.toThrow(ForbiddenAddress);
  }
});

test('what is no address is not public', () => {
  for (const text of ['', 'localhost', '8.8.8', '8.8.8.8.', '08.8.8.8', '::g'])
    expect(isPublicAddress(text)).toBe(false);
});
