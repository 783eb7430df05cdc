import { describe, expect, test } from '@jest/globals';
import {
  base32,
  codeOfStep,
  otpauthUri,
  stepAt,
  stepOfCode,
} from '../../../../src/modules/sessions/second-factor/totp.ts';

const SECRET = Buffer.from('12345678901234567890');

// RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
const VECTORS: readonly (readonly [seconds: number, code: string])[] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

const at = (seconds: number) => new Date(seconds * 1_000);
const NOW = at(1_111_111_111);
const STEP = stepAt(NOW);

describe('the codes of an authenticator', () => {
  test.each(VECTORS)('at second %d the code is the one of RFC 6238', (seconds, code) => {
    expect(codeOfStep(SECRET, stepAt(at(seconds)))).toBe(code);
  });

  test.each([
    ['two steps early', codeOfStep(SECRET, STEP + 2)],
    ['two steps late', codeOfStep(SECRET, STEP - 2)],
    ['of another secret', codeOfStep(Buffer.from('another secret'), STEP)],
    ['with a digit too many', `${codeOfStep(SECRET, STEP)}0`],
    ['with a digit too few', codeOfStep(SECRET, STEP).slice(1)],
    ['of as many characters in more bytes', '０５０４７１'],
    ['that is empty', ''],
  ])('a code %s is refused', (_what, code) => {
    expect(stepOfCode(SECRET, code, { now: NOW, lastStep: 0 })).toBeNull();
  });

  test('a code is good for the step of now, the one before and the one after', () => {
    const steps = [STEP - 1, STEP, STEP + 1];
    const found = steps.map((step) =>
      stepOfCode(SECRET, codeOfStep(SECRET, step), { now: NOW, lastStep: 0 }),
    );
    expect(found).toEqual(steps);
  });

  test('a code that was used is refused, and one before it too', () => {
    const used = { now: NOW, lastStep: STEP };
    expect(stepOfCode(SECRET, codeOfStep(SECRET, STEP - 1), used)).toBeNull();
    expect(stepOfCode(SECRET, codeOfStep(SECRET, STEP), used)).toBeNull();
    expect(stepOfCode(SECRET, codeOfStep(SECRET, STEP + 1), used)).toBe(STEP + 1);
  });
});

// RFC 4648, section 10, without the padding.
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base32 of "%s" is the one of RFC 4648', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('the address for the QR code survives an e-mail address with anything in it', () => {
  const uri = new URL(otpauthUri('MZXW6YTBOI', 'Lockstep', 'ada+1&secret=x?@example.com'));
  expect({
    kind: `${uri.protocol}//${uri.host}`,
    label: decodeURIComponent(uri.pathname),
    ...Object.fromEntries(uri.searchParams),
  }).toEqual({
    kind: 'otpauth://totp',
    label: '/Lockstep:ada+1&secret=x?@example.com',
    secret: 'MZXW6YTBOI',
    issuer: 'Lockstep',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
