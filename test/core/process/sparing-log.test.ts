import { expect, test } from '@jest/globals';
import { sparingLog } from '../../../src/core/process/sparing-log.ts';

test('the first event is logged, and from then on one a minute with the number of those between', () => {
  const lines: object[] = [];
  let now = 0;
  const log = sparingLog(
    (fields) => lines.push(fields),
    () => now,
  );
  for (now = 0; now < 120_000; now += 1_000) log({ origin: `${now} ${'x'.repeat(1_000)}` });
  expect(lines).toEqual([
    { origin: `0 ${'x'.repeat(198)}`, leftOut: 0 },
    { origin: `60000 ${'x'.repeat(194)}`, leftOut: 59 },
  ]);
});
