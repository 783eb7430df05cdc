import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';

const MEGABYTE = 1_024 * 1_024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function read(text: string): void {
  try {
    readCondition(text);
  } catch {
    // a refused condition must not stay in memory either
  }
}

const listed = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index));

/** Nested lists and maps of another type for each number. */
function nested(number: number, depth: number): string {
  if (depth === 0) return ['1', '"a"', 'true', '1.0', 'now'][number % 5] as string;
  const inner = nested(Math.floor(number / 4), depth - 1);
  return number % 4 === 0 ? `[${inner}]` : `{${['1', '"a"', 'true'][(number % 4) - 1]}: ${inner}}`;
}

test.each([
  ['with as many nodes as they can have', 500, 40, (number: number) => `${'1+'.repeat(240)}${number} > 0`],
  [
    'that call functions that do not exist',
    1_000,
    10,
    (number: number) => listed(100, (index) => `f${number}_${index}()`).join('||'),
  ],
  [
    'with a type of their own in every part',
    1_000,
    10,
    (number: number) =>
      listed(12, (index) => `[${nested(number * 7_919 + index, 18)}].size() == 1`).join('||'),
  ],
])(
  'however many different conditions %s are read, they stay in memory within a bound',
  (_kind, count, most, write) => {
    for (let number = 0; number < 20; number += 1) read(write(number));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let number = 20; number < count; number += 1) read(write(number));
    collectGarbage();
    expect((process.memoryUsage().heapUsed - before) / MEGABYTE).toBeLessThan(most);
  },
);
