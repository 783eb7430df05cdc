import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PROJECT_FOLDER, programFile } from '../../test/support/program-file.ts';
import type { GuardedDirectory } from '../../test/support/servers/guarded-directory.ts';

const SERVER = new URL('../../src/main.ts', import.meta.url);

const READY = 'Lockstep listens at';
const KEPT_LINES = 50;

/** The variables of our environment that a child needs; the rest could hold settings that are not meant for it. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];

export interface ServerProcessOptions {
  readonly port: number;
  /** Environment variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** Options for node. */
  readonly nodeOptions?: readonly string[];
  /** Ends the server if we die. */
  readonly directory: GuardedDirectory;
}

/** One run of the server's program. */
export interface Life {
  /** The signal by which we end it, if we do. */
  signal: 'SIGKILL' | 'SIGTERM' | null;
}

/** The server as operators run it, in a process of its own: it can be killed and comes back on the same port. */
export class ServerProcess {
  readonly url: string;
  readonly #options: ServerProcessOptions;
  readonly #said: string[] = [];
  readonly #listeners: ((line: string) => void)[] = [];
  #child: ChildProcess | null = null;
  #life: Life = { signal: null };
  #up = gate();

  constructor(options: ServerProcessOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error('The server does not run.');
    return this.#child.pid;
  }

  /** The present run, or else the last one. */
  get life(): Readonly<Life> {
    return this.#life;
  }

  /** Whether it takes requests, as far as we can know. */
  get isUp(): boolean {
    return this.#up.isOpen();
  }

  /** Resolves as soon as the server takes requests. Rejects for good if it has ended by itself. */
  up(): Promise<void> {
    return this.#up.passed;
  }

  /** Starts it and waits until it takes requests; rejects with what it said if it ends instead. */
  async start(): Promise<void> {
    const { settings, nodeOptions = [], port } = this.#options;
    const { options, path } = programFile(SERVER);
    const child = spawn(process.execPath, [...options, ...nodeOptions, path], {
      cwd: PROJECT_FOLDER,
      env: environment({ ...settings, PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#life = { signal: null };
    if (child.pid) this.#options.directory.watch(child.pid);
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code, signal) => reject(this.#ended(code ?? signal)));
    });
    createInterface(child.stderr).on('line', (line) => this.#remember(line));
    createInterface(child.stdout).on('line', (line) => line.startsWith(READY) && this.#up.open());
    await Promise.race([this.up(), ended]);
  }

  /** Ends it: SIGKILL in the middle of whatever it does, SIGTERM as an operator would. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#life.signal = signal;
    if (this.#up.isOpen()) this.#up = gate();
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    this.#options.directory.unwatch();
  }

  /** The last lines of its log. */
  said(): readonly string[] {
    return this.#said;
  }

  /** Calls back with each line of its log, in every run. */
  onLine(listener: (line: string) => void): void {
    this.#listeners.push(listener);
  }

  /** A start that failed may be tried again; an end after it fails every present and later wait for the server. */
  #ended(how: number | string | null): Error {
    const error = new Error(`The server has ended by itself (${how}):\n${this.#said.join('\n')}`);
    if (this.#life.signal || !this.#up.isOpen()) return error;
    this.#up = gate();
    this.#up.breakDown(error);
    return error;
  }

  #remember(line: string): void {
    this.#said.push(line);
    if (this.#said.length > KEPT_LINES) this.#said.shift();
    for (const listener of this.#listeners) listener(line);
  }
}

/** The environment of a child: what every program needs, and the given settings. */
export function environment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...Object.fromEntries(inherited), ...settings };
}

interface Gate {
  readonly passed: Promise<void>;
  isOpen(): boolean;
  open(): void;
  breakDown(error: Error): void;
}

function gate(): Gate {
  let isOpen = false;
  let [open, breakDown]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const passed = new Promise<void>((resolve, reject) => {
    open = () => {
      isOpen = true;
      resolve();
    };
    breakDown = reject;
  });
  passed.catch(() => {}); // a caller that waits receives it; without one, it must not end the program
  return { passed, isOpen: () => isOpen, open, breakDown };
}
