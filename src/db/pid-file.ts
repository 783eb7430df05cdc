import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { errorCode } from '../lib/error-facts.ts';

/** A pid file with the id of this process. */
export interface PidFile {
  release(): Promise<void>;
}

/** Taking a file over takes milliseconds; a marker of this age was left by a process that has died. */
const STALE_MARKER_MS = 10_000;

/**
 * Writes the id of this process into `file`; returns undefined while the process named there lives.
 *
 * The file appears with its content, never empty, so no process mistakes a file that is being written for that of a
 * dead process. A file of a dead process is taken over under a marker that only one process can create, and only if it
 * still names the dead process: without the marker, a slow process would replace the file that a faster one has just
 * written.
 */
export async function claimPidFile(file: string): Promise<PidFile | undefined> {
  const ours = `${file}.${randomUUID()}`;
  await writeFile(ours, String(process.pid));
  try {
    if (!(await appear(ours, file)) && !(await takeOver(ours, file))) return undefined;
  } finally {
    await rm(ours, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

/** Links `name` to `existing`, unless `name` exists. */
async function appear(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(ours: string, file: string): Promise<boolean> {
  const marker = `${file}.taken-over`;
  await removeIfStale(marker);
  if (!(await appear(ours, marker))) return false;
  try {
    const owner = await readFile(file, 'utf8').catch(ifAbsent);
    if (owner !== null && isAlive(Number(owner))) return false;
    if (owner !== null) await rm(file);
    return await appear(ours, file);
  } finally {
    await rm(marker, { force: true });
  }
}

async function removeIfStale(marker: string): Promise<void> {
  const made = await stat(marker).catch(ifAbsent);
  if (made && Date.now() - made.ctimeMs > STALE_MARKER_MS) await rm(marker, { force: true });
}

function ifAbsent(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM'; // it lives and belongs to another user
  }
}
