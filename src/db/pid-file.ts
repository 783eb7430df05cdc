import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { errorCode } from '../lib/error-facts.ts';

/** A pid file that names this process. */
export interface PidFile {
  release(): Promise<void>;
}

/** Taking a file over takes milliseconds: a marker this old was left by a process that died meanwhile. */
const STALE_MARKER_MS = 10_000;

/**
 * Writes our process id into `file`, or answers undefined while the process named there lives.
 *
 * The file appears with its content, never empty, so nobody takes a file that is being written for that of a dead
 * process. It is taken over from one under a marker that only one process can make, and only if it is still the dead
 * one's then: without the marker, a slow process would replace what a faster one has just written.
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

/** Gives `existing` the further name `name`, unless that is taken. */
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
    return errorCode(error) === 'EPERM'; // it lives, and belongs to someone else
  }
}
