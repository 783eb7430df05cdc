import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from './program-file.ts';

const tsc = path.join(PROJECT_FOLDER, 'node_modules/.bin/tsc');

/** The files that compiled programs read beside their own modules. */
const READ = ['node_modules', 'prisma', 'package.json', 'console'];

/**
 * Compiles the server and all programs that tests start, without a check of types. A program that `tsx` compiles as it
 * loads takes twice as long to start, and a whole test run starts dozens.
 */
export async function compilePrograms(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-programs-'));
  const options = ['-p', 'tsconfig.programs.json', '--noCheck', '--outDir', folder];
  await promisify(execFile)(tsc, options, { cwd: PROJECT_FOLDER });
  for (const name of READ) await symlink(path.join(PROJECT_FOLDER, name), path.join(folder, name));
  process.env.TEST_PROGRAMS = folder;
}

/** Deletes what `compilePrograms` has made. */
export async function removePrograms(): Promise<void> {
  const folder = process.env.TEST_PROGRAMS;
  if (folder) await rm(folder, { recursive: true, force: true });
}
