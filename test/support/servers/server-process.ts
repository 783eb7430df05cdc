import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { GuardedDirectory } from './guarded-directory.ts';

/** The line that both redis-server and postgres print, in different case. */
const READY = /ready to accept connections/i;

/** One run of a server program. */
export class ServerProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #directory: GuardedDirectory;

  private constructor(child: ChildProcess, pid: number, directory: GuardedDirectory) {
    this.#child = child;
    this.pid = pid;
    this.#directory = directory;
  }

  /** Starts a program and waits for it to take connections; rejects with its output if it ends instead. */
  static async start(
    command: string[],
    directory: GuardedDirectory,
    options: SpawnOptions = {},
  ): Promise<ServerProcess> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    const { pid, stdout, stderr } = child;
    if (pid === undefined || !stdout || !stderr) throw new Error(`${program} has no process id or no output`);
    directory.watch(pid);

    const output = new PassThrough();
    stdout.pipe(output, { end: false });
    stderr.pipe(output, { end: false });
    child.once('close', () => output.end());
    const said: string[] = [];
    for await (const line of createInterface(output)) {
      said.push(line);
      if (!READY.test(line)) continue;
      stdout.unpipe().resume(); // a full pipe would stop the server
      stderr.unpipe().resume();
      return new ServerProcess(child, pid, directory);
    }
    directory.unwatch();
    throw new Error(`${program} did not start:\n${said.join('\n')}`);
  }

  /** Sends a signal and waits until the program has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
    this.#directory.unwatch();
  }
}
