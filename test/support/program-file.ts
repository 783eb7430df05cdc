import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project, or the folder that it was compiled into. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/** A program for node to run. */
interface ProgramFile {
  /** The options that node needs for it. */
  readonly options: readonly string[];
  readonly path: string;
}

/** Finds a program of the project: as the whole test run has compiled it (TEST_PROGRAMS), else its source, for `tsx`. */
export function programFile(source: URL): ProgramFile {
  const name = path.relative(PROJECT_FOLDER, fileURLToPath(source));
  const folder = process.env.TEST_PROGRAMS;
  if (!folder) return { options: ['--import', 'tsx'], path: path.join(PROJECT_FOLDER, name) };
  return { options: [], path: path.join(folder, name.replace(/\.ts$/, '.js')) };
}

/** The arguments with which node runs a program of the project. */
export function programArguments(source: URL, ...args: string[]): string[] {
  const { options, path: file } = programFile(source);
  return [...options, file, ...args];
}
