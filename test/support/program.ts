import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { programArguments } from './program-file.ts';

const SERVER = new URL('../../src/main.ts', import.meta.url);

/** Programs that are started as an operator starts them. Programs that still run at the end of a suite are killed. */
export class Programs {
  readonly #dataDir: string;
  readonly #started: ChildProcess[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Starts the server, or a command of it, with these settings as its whole environment. */
  start(settings: Record<string, string>, ...command: string[]): ChildProcess {
    const child = spawn(process.execPath, programArguments(SERVER, ...command), {
      env: { PATH: process.env.PATH, DATA_DIR: this.#dataDir, PORT: '0', DEMO: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#started.push(child);
    return child;
  }

  async killAll(): Promise<void> {
    for (const child of this.#started) await killed(child);
  }
}

/** Kills a program as `kill -9` does, unless it has ended. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The address on which a server listens. Rejects if the server ends instead. */
export function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
      const url = /listens at (\S+)/.exec(printed)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`ended without listening: ${printed}`)));
  });
}
