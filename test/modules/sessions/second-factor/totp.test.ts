import { describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { enrolmentOf, stepOfCode } from '../../../../src/modules/sessions/second-factor/totp.ts';

const SECRET = Buffer.from('12345678901234567890');

// RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
const VECTORS: readonly (readonly [seconds: number, code: string, step: number])[] = [
  [59, '287082', 0x1],
  [1_111_111_109, '081804', 0x23523ec],
  [1_111_111_111, '050471', 0x23523ed],
  [1_234_567_890, '005924', 0x273ef07],
  [2_000_000_000, '279037', 0x3f940aa],
  [20_000_000_000, '353130', 0x27bc86aa],
];

const at = (seconds: number) => new Date(seconds * 1_000);
const NOW = at(1_111_111_111);
const STEP = 0x23523ed;
const codeOfStep = (step: number, secret = SECRET) => generateSync({ secret, epoch: step * 30 });

describe('the codes of an authenticator', () => {
  test.each(VECTORS)(
    'at second %d the code of RFC 6238 is accepted, and counts for its step',
    (seconds, code, step) => {
      expect(stepOfCode(SECRET, code, { now: at(seconds), lastStep: 0 })).toBe(step);
    },
  );

  test.each([
    ['two steps early', codeOfStep(STEP + 2)],
    ['two steps late', codeOfStep(STEP - 2)],
    ['of another secret', codeOfStep(STEP, Buffer.from('another secret of as many bytes'))],
    ['with a digit too many', `${codeOfStep(STEP)}0`],
    ['with a digit too few', codeOfStep(STEP).slice(1)],
    ['of other digits than those of ASCII', '０５０４７１'],
    ['that is no number', 'abcdef'],
    ['that is empty', ''],
  ])('a code %s is refused', (_what, code) => {
    expect(stepOfCode(SECRET, code, { now: NOW, lastStep: 0 })).toBeNull();
  });

  test('a code is good for the present step, the one before and the one after', () => {
    const steps = [STEP - 1, STEP, STEP + 1];
    const found = steps.map((step) => stepOfCode(SECRET, codeOfStep(step), { now: NOW, lastStep: 0 }));
    expect(found).toEqual(steps);
  });

  test('a code that was used is refused, and one before it too', () => {
    const used = { now: NOW, lastStep: STEP };
    expect(stepOfCode(SECRET, codeOfStep(STEP - 1), used)).toBeNull();
    expect(stepOfCode(SECRET, codeOfStep(STEP), used)).toBeNull();
    expect(stepOfCode(SECRET, codeOfStep(STEP + 1), used)).toBe(STEP + 1);
  });

  test('after the clock was set back, codes are refused until it has reached the last step again', () => {
    const used = { now: NOW, lastStep: STEP + 5 };
    expect(stepOfCode(SECRET, codeOfStep(STEP), used)).toBeNull();
    expect(stepOfCode(SECRET, codeOfStep(STEP + 5), used)).toBeNull();
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
])('the secret "%s" is typed in the base32 of RFC 4648', (secret, typed) => {
  expect(enrolmentOf(Buffer.from(secret), 'ada@example.com').secret).toBe(typed);
});

test('the address for the QR code survives an e-mail address with anything in it', () => {
  const uri = new URL(enrolmentOf(Buffer.from('foobar'), 'ada+1&secret=x?@example.com').uri);
  expect({
    kind: `${uri.protocol}//${uri.host}`,
    label: decodeURIComponent(uri.pathname),
    ...Object.fromEntries(uri.searchParams),
  }).toEqual({
    kind: 'otpauth://totp',
    label: '/Lockstep:ada+1&secret=x?@example.com',
    secret: 'MZXW6YTBOI',
    issuer: 'Lockstep',
  });
});
