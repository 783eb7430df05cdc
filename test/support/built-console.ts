import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from './program-file.ts';

/** Builds the pages that the server serves, unless they are built from the present sources. */
export async function buildPages(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build-console.mjs'], { cwd: PROJECT_FOLDER });
}
