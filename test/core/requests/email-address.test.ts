import { expect, test } from '@jest/globals';
import { emailAddress } from '../../../src/core/requests/input-text.ts';
import { readEmail } from '../../../src/core/requests/read-text.ts';

function read(address: string): string {
  const { data, error } = emailAddress().safeParse(address);
  return data ?? error?.issues[0]?.message ?? '';
}

test.each([
  ['R&D@x.example', 'r&d@x.example'],
  ['a=b@x.example', 'a=b@x.example'],
  ["o'neil+list@x.example", "o'neil+list@x.example"],
  ['ada@x.photography', 'ada@x.photography'],
  ['ada@x.xn--vermgensberatung-pwb', 'ada@x.xn--vermgensberatung-pwb'],
  ['ada@MÜNCHEN.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@Mu\u0308nchen.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@XN--MNCHEN-3YA.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
])('the address %s is stored as %s', (written, stored) => {
  expect(read(written)).toBe(stored);
});

test.each([
  'ada',
  'ada@',
  '@x.example',
  'ada@x',
  'ada@x.123',
  'ada@-x.example',
  'ada@x-.example',
  'ada@x..example',
  'ada@x.example.',
  'ada@x_y.example',
  'ada@[127.0.0.1]',
  'ada@b@x.example',
  'ada lovelace@x.example',
  '"ada lovelace"@x.example',
  '.ada@x.example',
  'a..da@x.example',
  'ädä@x.example',
  `${'a'.repeat(65)}@x.example`,
])('%s is refused as no address', (address) => {
  expect(read(address)).toBe('"{field}" is not an e-mail address.');
});

test.each([
  ['x@163', 'x@163'],
  ['x@163.c', 'x@163.c'],
  ['x@0x7f', 'x@0x7f'],
  ['x@１６３.ｃｏｍ', 'x@163.com'],
  ['x@１６３', 'x@163'],
  ['x@münchen.163', 'x@xn--mnchen-3ya.163'],
  ['@XN--MNCH', '@xn--mnch'],
])('the part %s of an address is sought as %s: no domain is read as an IPv4 address', (written, sought) => {
  expect(readEmail(written)).toBe(sought);
});
