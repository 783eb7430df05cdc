import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { closingLines, filesToRepeat, type Part, readRun, type TestRun } from '../../scripts/ci-results.ts';

function sample(name: string, exitCode: number): TestRun {
  const json = readFileSync(new URL(`ci-results/${name}.json`, import.meta.url), 'utf8');
  return readRun(json, exitCode, '/repo');
}

const part = (run: TestRun, repeated: TestRun | null): Part => ({ node: null, run, repeated });

/** A run of so many files, each with one test. */
const uniform = (count: number, status: 'passed' | 'failed'): TestRun => ({
  exitCode: status === 'failed' ? 1 : 0,
  files: Array.from({ length: count }, (_, index) => ({
    name: `test/${index}.test.ts`,
    isFailed: status === 'failed',
    tests: [status],
  })),
});

test('a run in which every test passed is green, and nothing is repeated', () => {
  const run = sample('green', 0);
  expect(filesToRepeat(run)).toEqual([]);
  expect(closingLines([part(run, null)])).toEqual({ lines: ['3 passed, 0 failed'], isGreen: true });
});

test('a failed test, a file that does not load and one that fails after its tests each count as one failure', () => {
  const run = sample('red', 1);
  expect(filesToRepeat(run)).toEqual(['test/resume.test.ts', 'test/drain.test.ts', 'test/bounds.test.ts']);
  expect(closingLines([part(run, null)])).toEqual({ lines: ['4 passed, 3 failed'], isGreen: false });
});

test('a file that passes alone is named as flaky and counts as passed; one that fails again counts as failed', () => {
  expect(closingLines([part(sample('red', 1), sample('red-repeated', 1))])).toEqual({
    lines: ['flaky: test/resume.test.ts', 'flaky: test/bounds.test.ts', '5 passed, 1 failed'],
    isGreen: false,
  });
});

test('two flaky files leave a run green, three do not', () => {
  expect(closingLines([part(uniform(2, 'failed'), uniform(2, 'passed'))])).toEqual({
    lines: ['flaky: test/0.test.ts', 'flaky: test/1.test.ts', '2 passed, 0 failed'],
    isGreen: true,
  });
  const { lines, isGreen } = closingLines([part(uniform(3, 'failed'), uniform(3, 'passed'))]);
  expect(lines.slice(-2)).toEqual(['3 flaky files, 2 at most: each counts as failed', '3 passed, 3 failed']);
  expect(isGreen).toBe(false);
});

test('a run in which very many files failed is not repeated', () => {
  expect(filesToRepeat(uniform(10, 'failed'))).toHaveLength(10);
  expect(filesToRepeat(uniform(11, 'failed'))).toEqual([]);
});

test('a skipped test counts as failed', () => {
  expect(closingLines([part(sample('skipping', 0), null)])).toEqual({
    lines: ['3 skipped, which counts as failed', '1 passed, 3 failed'],
    isGreen: false,
  });
});

test('a run that breaks down counts as one failure, with or without results', () => {
  expect(closingLines([part(readRun('', 1, '/repo'), null)])).toEqual({
    lines: ['0 passed, 1 failed'],
    isGreen: false,
  });
  expect(closingLines([part(sample('green', 1), null)])).toEqual({
    lines: ['3 passed, 1 failed'],
    isGreen: false,
  });
  const { isGreen } = closingLines([part(uniform(1, 'failed'), { ...uniform(1, 'passed'), exitCode: 1 })]);
  expect(isGreen).toBe(false);
});

test('a file that is flaky on another Node is named with it, and the counts are those of both', () => {
  const other = { ...part(uniform(1, 'failed'), uniform(1, 'passed')), node: '24.0.0' };
  expect(closingLines([part(sample('green', 0), null), other])).toEqual({
    lines: ['flaky: test/0.test.ts on Node 24.0.0', '4 passed, 0 failed'],
    isGreen: true,
  });
});

test('a run that broke down on another Node is not hidden by the first', () => {
  const other = { ...part({ exitCode: 1, files: [] }, null), node: '24.0.0' };
  expect(closingLines([part(sample('green', 0), null), other]).lines).toEqual(['3 passed, 1 failed']);
});
