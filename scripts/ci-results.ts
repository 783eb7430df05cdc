// What a run of the tests comes to: what is counted as failed, what is repeated, and what is printed at the end.

import path from 'node:path';

/** How many files of a run may fail at first and pass alone. More is no accident of a busy machine. */
const MAX_FLAKY = 2;
/** So many failed files are a fault of the program: to repeat them would only take twice as long. */
const MAX_REPEATED = 10;

/** A run of jest; empty if it broke down before it had written its results. */
export interface TestRun {
  readonly exitCode: number;
  readonly files: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly isFailed: boolean;
  /** The status of each test. */
  readonly tests: readonly string[];
}

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Reads what jest wrote with --json about the files below `root`. */
export function readRun(json: string, exitCode: number, root: string): TestRun {
  const { testResults }: JestResults = json ? JSON.parse(json) : { testResults: [] };
  const files = testResults.map(({ name, status, assertionResults }) => ({
    name: path.relative(root, name),
    isFailed: status === 'failed',
    tests: assertionResults.map((test) => test.status),
  }));
  return { exitCode, files };
}

/** The files that are run once more, alone. */
export function filesToRepeat({ files }: TestRun): string[] {
  const failed = files.filter(({ isFailed }) => isFailed).map(({ name }) => name);
  return failed.length > MAX_REPEATED ? [] : failed;
}

/** The lines that close a run; `repeated` is the second run of the files that failed. The last line has the counts. */
export function closingLines(run: TestRun, repeated: TestRun | null): { lines: string[]; isGreen: boolean } {
  const passedNow = repeated?.files.filter(({ isFailed }) => !isFailed) ?? [];
  const flaky = new Map(passedNow.map((file) => [file.name, file]));
  const files = run.files.map((file) => flaky.get(file.name) ?? file);

  const count = (...statuses: string[]) =>
    files.flatMap(({ tests }) => tests.filter((status) => statuses.includes(status))).length;
  const passed = count('passed');
  const skipped = count('pending', 'todo', 'disabled');
  // A file that does not load, and one that fails after its tests, has no failed test: it counts as one itself.
  const broken = files.filter(({ isFailed, tests }) => isFailed && !tests.includes('failed')).length;
  const brokenDown = [run, ...(repeated ? [repeated] : [])].filter(hasBrokenDown).length;
  const tooFlaky = flaky.size > MAX_FLAKY ? flaky.size : 0;
  const failed = count('failed') + skipped + broken + brokenDown + tooFlaky;

  const lines = [...flaky.keys()].map((name) => `flaky: ${name}`);
  if (tooFlaky > 0) lines.push(`${tooFlaky} flaky files, ${MAX_FLAKY} at most: each counts as failed`);
  // A skipped test has proved nothing.
  if (skipped > 0) lines.push(`${skipped} skipped, which counts as failed`);
  lines.push(`${passed} passed, ${failed} failed`);
  return { lines, isGreen: failed === 0 };
}

/** Whether jest itself failed, and not a file of tests. */
function hasBrokenDown({ exitCode, files }: TestRun): boolean {
  return exitCode !== 0 && !files.some(({ isFailed }) => isFailed);
}
