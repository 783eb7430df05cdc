import { readdirSync, readFileSync } from 'node:fs';

/** The ticks per second of /proc/PID/stat, on every Linux. */
const TICKS_PER_SECOND = 100;

/**
 * The processor time that a process and its threads have used, in seconds. The kernel counts it in nanoseconds where
 * it keeps schedstat, and else in ticks of 10 ms, which is too coarse for short slices. A thread that has ended takes
 * its time with it.
 */
export function processorSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readOr('0', `/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
  }
  if (nanoseconds > 0) return nanoseconds / 1e9;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program is in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The resident memory of a process, in KiB. */
export function residentKiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

/** Threads may end between the listing and the reading. */
function readOr(fallback: string, file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return fallback;
  }
}

/** The processes that a process has started and that still run: the sessions of PostgreSQL. */
export function childrenOf(pid: number): number[] {
  const listed = readOr('', `/proc/${pid}/task/${pid}/children`);
  return listed.split(' ').filter(Boolean).map(Number);
}
