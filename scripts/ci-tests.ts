// Runs the tests, repeats the files that failed, alone, and ends with "N passed, N failed". Arguments go to the first
// run: `node --import tsx scripts/ci-tests.ts test/lib`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closingLines, filesToRepeat, readRun, type TestRun } from './ci-results.ts';

function runTests(outputFile: string, options: string[]): TestRun {
  const args = ['test', '--', '--ci', '--json', `--outputFile=${outputFile}`, ...options];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  return readRun(readIfWritten(outputFile), status ?? 1, process.cwd());
}

function readIfWritten(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // jest crashed before it wrote its results
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-ci-'));
try {
  const run = runTests(path.join(folder, 'run.json'), process.argv.slice(2));
  const again = filesToRepeat(run);
  const alone = ['-i', '--runTestsByPath', ...again];
  const repeated = again.length > 0 ? runTests(path.join(folder, 'repeated.json'), alone) : null;
  const { lines, isGreen } = closingLines(run, repeated);
  for (const line of lines) console.log(line);
  process.exitCode = isGreen ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
