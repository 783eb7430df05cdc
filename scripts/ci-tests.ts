// Runs the tests, and a part of them on another version of Node; repeats the files that failed, alone, and ends with
// "N passed, N failed". Arguments go to the first run and leave out the other Node:
// `node --import tsx scripts/ci-tests.ts test/lib`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closingLines, filesToRepeat, type Part, readRun, type TestRun } from './ci-results.ts';
import { installOtherNode, OTHER_NODE, OTHER_NODE_TESTS } from './other-node.ts';

function runTests(outputFile: string, options: readonly string[], searchPath: string): TestRun {
  const args = ['test', '--', '--ci', '--json', `--outputFile=${outputFile}`, ...options];
  const env = { ...process.env, PATH: searchPath };
  const { status } = spawnSync('npm', args, { stdio: 'inherit', env });
  return readRun(readIfWritten(outputFile), status ?? 1, process.cwd());
}

function readIfWritten(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // jest crashed before it wrote its results
  }
}

/** Runs tests on a version of Node, and then the files that failed, alone. */
function runPart(folder: string, node: string | null, options: readonly string[], searchPath: string): Part {
  const fileOf = (name: string) => path.join(folder, `${name}-${node ?? 'own-node'}.json`);
  const run = runTests(fileOf('run'), options, searchPath);
  const again = filesToRepeat(run);
  const alone = ['-i', '--runTestsByPath', ...again];
  const repeated = again.length > 0 ? runTests(fileOf('repeated'), alone, searchPath) : null;
  return { node, run, repeated };
}

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-ci-'));
try {
  const searchPath = process.env.PATH ?? '';
  const selected = process.argv.slice(2);
  const parts = [runPart(folder, null, selected, searchPath)];
  const otherNode = selected.length === 0 ? installOtherNode(folder) : null;
  if (otherNode) {
    console.log(`Now a part of the tests on Node ${OTHER_NODE}.`);
    parts.push(runPart(folder, OTHER_NODE, OTHER_NODE_TESTS, `${otherNode}${path.delimiter}${searchPath}`));
  }

  const { lines, isGreen } = closingLines(parts);
  for (const line of lines) console.log(line);
  process.exitCode = isGreen ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
