import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from '../../test/support/program-file.ts';
import { environment } from './server-process.ts';

/** The answer of a child to a question. */
export type Reply = { readonly value: unknown } | { readonly error: string };

/** The options of a child. */
export interface ChildOptions {
  /** Environment variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** Options for node. */
  readonly nodeOptions?: readonly string[];
}

/** A program of the bench in a process of its own. It ends with us, whatever ends us: see `serveParent`. */
export class Child {
  readonly #process: ChildProcess;
  #answered: (reply: Reply) => void = () => {};

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (reply: Reply) => this.#answered(reply));
    child.once('exit', (code, signal) => {
      this.#answered({ error: `The process has ended with ${code ?? signal}.` });
    });
  }

  /** Starts a program and waits until it says that it is ready; rejects if it ends instead. */
  static async start(program: URL, { settings, nodeOptions = [] }: ChildOptions): Promise<Child> {
    const { options, path } = programFile(program);
    const child = new Child(
      fork(path, { execArgv: [...options, ...nodeOptions], env: environment(settings) }),
    );
    await child.#reply();
    return child;
  }

  get pid(): number {
    if (!this.#process.pid) throw new Error('The process does not run.');
    return this.#process.pid;
  }

  /** Asks one question; the next may follow after the answer. Rejects if the child cannot answer, or is gone. */
  ask<Answer>(question: object): Promise<Answer> {
    const reply = this.#reply() as Promise<Answer>;
    this.#process.send(question);
    return reply;
  }

  /** Ends the process. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #reply(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#answered = (reply) => ('error' in reply ? reject(new Error(reply.error)) : resolve(reply.value));
    });
  }
}
