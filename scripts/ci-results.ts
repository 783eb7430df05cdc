// Evaluates a run of the tests: which tests count as failed, which files are repeated, and the lines that are printed
// at the end.

import path from 'node:path';

/**
 * The number of files in a run that may fail first and pass alone. More of them are not the accident of a busy machine.
 */
const MAX_FLAKY = 2;
/** More failed files than this are a fault of the program: repeating them would only take twice as long. */
const MAX_REPEATED = 10;

/** A run of jest; empty if jest crashed before it wrote its results. */
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

/** Reads the results that jest wrote with --json, for the files below `root`. */
export function readRun(json: string, exitCode: number, root: string): TestRun {
  const { testResults }: JestResults = json ? JSON.parse(json) : { testResults: [] };
  const files = testResults.map(({ name, status, assertionResults }) => ({
    name: path.relative(root, name),
    isFailed: status === 'failed',
    tests: assertionResults.map((test) => test.status),
  }));
  return { exitCode, files };
}

/** The files that are run a second time, alone. */
export function filesToRepeat({ files }: TestRun): string[] {
  const failed = files.filter(({ isFailed }) => isFailed).map(({ name }) => name);
  return failed.length > MAX_REPEATED ? [] : failed;
}

/** The run of one version of Node, and that of its failed files alone; `node` is null for the machine's own version. */
export interface Part {
  readonly node: string | null;
  readonly run: TestRun;
  readonly repeated: TestRun | null;
}

/** The lines that close a run of all parts. The last line has the counts. */
export function closingLines(parts: readonly Part[]): { lines: string[]; isGreen: boolean } {
  const outcomes = parts.map(outcomeOf);
  const flaky = outcomes.flatMap((outcome) => outcome.flaky);
  const sum = (count: 'passed' | 'skipped' | 'failed') =>
    outcomes.reduce((all, outcome) => all + outcome[count], 0);
  const passed = sum('passed');
  const skipped = sum('skipped');
  const failed = sum('failed') + (flaky.length > MAX_FLAKY ? flaky.length : 0);

  const lines = flaky.map((name) => `flaky: ${name}`);
  if (flaky.length > MAX_FLAKY)
    lines.push(`${flaky.length} flaky files, ${MAX_FLAKY} at most: each counts as failed`);
  // A skipped test proves nothing.
  if (skipped > 0) lines.push(`${skipped} skipped, which counts as failed`);
  lines.push(`${passed} passed, ${failed} failed`);
  return { lines, isGreen: failed === 0 };
}

function outcomeOf({ node, run, repeated }: Part) {
  const passedNow = repeated?.files.filter(({ isFailed }) => !isFailed) ?? [];
  const flaky = new Map(passedNow.map((file) => [file.name, file]));
  const files = run.files.map((file) => flaky.get(file.name) ?? file);

  const count = (...statuses: string[]) =>
    files.flatMap(({ tests }) => tests.filter((status) => statuses.includes(status))).length;
  const skipped = count('pending', 'todo', 'disabled');
  // A file that does not load, or fails after its tests, has no failed test, so the file itself counts as one.
  const broken = files.filter(({ isFailed, tests }) => isFailed && !tests.includes('failed')).length;
  const brokenDown = [run, ...(repeated ? [repeated] : [])].filter(hasBrokenDown).length;
  return {
    flaky: [...flaky.keys()].map((name) => (node ? `${name} on Node ${node}` : name)),
    passed: count('passed'),
    skipped,
    failed: count('failed') + skipped + broken + brokenDown,
  };
}

/** Whether jest itself failed, and not a file of tests. */
function hasBrokenDown({ exitCode, files }: TestRun): boolean {
  return exitCode !== 0 && !files.some(({ isFailed }) => isFailed);
}
