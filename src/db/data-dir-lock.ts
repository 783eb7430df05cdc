// PGlite takes no lock of its own. Two processes on one directory both seem to work, but each overwrites writes that
// the other has acknowledged. So the second one must not start.

import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { StartError } from '../core/process/start-error.ts';
import { errorCode, errorMessage } from '../lib/error-facts.ts';
import { claimPidFile } from './pid-file.ts';

/** The right to use a data directory, held until released or until the process dies. */
export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Locks the directory for this process and creates it and its parents if needed.
 *
 * Throws StartError if another process has it. On Linux the kernel holds the lock and releases it however the process
 * ends. The lock is limited to the network namespace, so two containers that share a volume do not see each other's. On
 * other systems a pid file is used.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    throw new StartError(`The data directory ${dataDir} cannot be created: ${errorMessage(error)}.`, {
      cause: error,
    });
  }
  const pidFile = path.join(dataDir, 'lockstep.pid');
  const lock = process.platform === 'linux' ? await bindAbstractSocket(dataDir) : await claimPidFile(pidFile);
  if (lock) return lock;
  throw new StartError(
    `The data directory ${dataDir} is in use by another Lockstep process; stop it, or set DATA_DIR to another directory.`,
  );
}

async function bindAbstractSocket(dataDir: string): Promise<DataDirLock | undefined> {
  // Device and inode identify the directory itself, so a symbolic link or a relative path does not circumvent the lock.
  const { dev, ino } = await stat(dataDir, { bigint: true });
  const socket = net.createServer((visitor) => visitor.destroy());
  socket.unref();
  socket.listen(`\0lockstep-data-dir-${dev}-${ino}`);
  try {
    await once(socket, 'listening');
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
  return { release: () => new Promise((resolve) => socket.close(() => resolve())) };
}
