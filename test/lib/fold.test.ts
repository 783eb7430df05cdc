import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldName } from '../../src/lib/fold.ts';

const SEED = 20_261_129;
const anyText = fc.string({ unit: 'grapheme', maxLength: 20 });
const anyCharacters = fc.string({ unit: 'binary', maxLength: 20 });

test.each([
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['Ὀδυσσεύς', 'οδυσσευσ'],
  ['STRASSE', 'straße'],
  ['GROẞ', 'groß'],
  ['İstanbul', 'istanbul'],
  ['\u212aelvin', 'KELVIN'],
  ['Ｇｏｌｄ', 'gold'],
  ['ﬁne', 'FINE'],
  ['Go\u200bld\u2060', 'gold'],
  ['\u202eAcme', 'acme'],
  ['Cafe\u0301', 'CAFÉ'],
  ['Äpfel', 'apfel'],
  ['a \u00a0\n b', 'A B'],
  ['ŉ', 'ʼN'],
  ['ᾳ', 'ΑΙ'],
])('%s and %s are found by one another', (one, other) => {
  expect(fold(one)).toBe(fold(other));
});

test.each([
  ['й', 'и'],
  ['が', 'か'],
  ['कि', 'क'],
])('%s and %s are two letters', (one, other) => {
  expect(fold(one)).not.toBe(fold(other));
});

test('an accent tells names apart, and nothing else does that a search ignores', () => {
  expect(foldName('Å')).not.toBe(foldName('A'));
  expect(foldName('A\u030a')).toBe(foldName('å'));
  expect(foldName('Gold\u200b')).toBe(foldName('ＧＯＬＤ'));
});

test('a fold is folded', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyCharacters), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
      expect(foldName(foldName(text))).toBe(foldName(text));
      expect(fold(foldName(text))).toBe(fold(text));
    }),
    { seed: SEED, numRuns: 5_000 },
  );
});

test('every single character is found in capitals, in small letters and in every normal form', () => {
  const unlike: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const one = String.fromCodePoint(point);
    if (/[\p{Unassigned}\p{Private_Use}\p{Surrogate}]/u.test(one)) continue;
    const forms = [
      one.toLowerCase(),
      one.toUpperCase(),
      one.normalize('NFC'),
      one.normalize('NFD'),
      one.normalize('NFKC'),
    ];
    if (forms.some((form) => fold(form) !== fold(one))) unlike.push(one);
    if (fold(fold(one)) !== fold(one)) unlike.push(one);
  }
  expect(unlike).toEqual([]);
});

test('letters with accents are ordered where people look for them', () => {
  const names = ['Zebra', 'Banana', 'apple', 'Äpfel', 'Émile', 'dora', 'Ölfass'];
  expect(names.toSorted((a, b) => (fold(a) < fold(b) ? -1 : 1))).toEqual([
    'Äpfel',
    'apple',
    'Banana',
    'dora',
    'Émile',
    'Ölfass',
    'Zebra',
  ]);
});
