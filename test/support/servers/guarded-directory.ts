// A server that a test started must end with the test, however the test ends. Signal handlers do not help: no code
// runs after SIGKILL, and in jest `process` is a copy whose events never fire. So each server gets a guard, a
// shell in a session of its own that reads from a pipe that we hold open. When we end, the pipe closes, and the
// guard ends the server and deletes its files.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const GUARD = `
  cat >/dev/null
  if pid=$(cat "$1/pid" 2>/dev/null); then
    kill -s "$2" "$pid"
    for i in $(seq 40); do kill -0 "$pid" || break; sleep 0.05; done
    kill -s KILL "$pid"
  fi 2>/dev/null
  rm -rf "$1"
`;

/** A temporary directory for one server. It and the server vanish with `remove()` or with this process. */
export class GuardedDirectory {
  readonly path: string;
  readonly #guard: ChildProcess;

  /** `endSignal` is the signal that ends the server fastest without leaving anything behind. */
  constructor(name: string, endSignal: 'TERM' | 'QUIT') {
    this.path = mkdtempSync(path.join(tmpdir(), `lockstep-${name}-`));
    this.#guard = spawn('sh', ['-c', GUARD, 'guard', this.path, endSignal], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  /** Lets the guard watch a running server. */
  watch(pid: number): void {
    writeFileSync(path.join(this.path, 'pid'), String(pid));
  }

  /** Ends the watch over a server that has ended, before its process id can belong to another program. */
  unwatch(): void {
    rmSync(path.join(this.path, 'pid'), { force: true });
  }

  /** Ends the server if it still runs, and deletes the directory. */
  async remove(): Promise<void> {
    if (this.#guard.exitCode !== null) return;
    this.#guard.stdin?.end();
    await once(this.#guard, 'exit');
  }
}
