import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { errorCode } from '../lib/error-facts.ts';

/** A pid file that names this process. */
export interface PidFile {
  release(): Promise<void>;
}

/**
 * Writes our process id into `file`, or answers undefined while the process named there lives.
 *
 * The file of a dead process is moved aside rather than deleted: of two processes that find it, only one can move
 * it, while deleting would let the slower one remove what the faster one has just written.
 */
export async function claimPidFile(file: string): Promise<PidFile | undefined> {
  if (!(await writeNew(file)) && !((await moveAsideIfDead(file)) && (await writeNew(file)))) return undefined;
  return { release: () => rm(file, { force: true }) };
}

async function writeNew(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function moveAsideIfDead(file: string): Promise<boolean> {
  const aside = `${file}.${process.pid}`;
  try {
    const owner = await readFile(file, 'utf8');
    if (isAlive(Number(owner))) return false;
    await rename(file, aside);
    const moved = await readFile(aside, 'utf8');
    if (moved !== owner) {
      await rename(aside, file); // somebody was faster, and this is the file of a living process
      return false;
    }
    await rm(aside);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true; // gone meanwhile: whoever writes it next has it
    throw error;
  }
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
