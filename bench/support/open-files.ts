import { readFileSync } from 'node:fs';

/** The files that a server needs beside its sockets. */
const SPARE = 200;

/** Throws if a process may not open so many connections. Node asks for the hard limit by itself. */
export function requireOpenFiles(connections: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = Number(/^Max open files +\S+ +(\S+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  const needed = connections + SPARE;
  if (hard < needed) {
    throw new TypeError(
      `Only ${hard} files may be open, and ${connections} connections need ${needed}: raise it with "ulimit -n ${needed}".`,
    );
  }
}
