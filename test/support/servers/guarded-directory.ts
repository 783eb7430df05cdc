// A server started by a test must not outlive it, however the test ends. Signal handlers are no answer: nothing
// runs after SIGKILL, and inside jest `process` is a copy whose events never fire. So each server gets a guard, a
// shell in a session of its own that reads from a pipe we hold open. Whatever ends us closes the pipe; the guard
// then ends the server and deletes its files.

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

  /** Puts a running server under guard. */
  watch(pid: number): void {
    writeFileSync(path.join(this.path, 'pid'), String(pid));
  }

  /** Takes a server that has ended out of guard, before its process id can belong to another program. */
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
