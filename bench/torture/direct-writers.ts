import { fork } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from '../../test/support/program-file.ts';
import { environment } from '../support/server-process.ts';
import type { Attempt, Ledger } from './ledger.ts';

/** The orders for the process of the direct writers. */
export interface Orders {
  readonly names: readonly string[];
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly seed: number;
}

const PROGRAM = new URL('./direct-writers-process.ts', import.meta.url);

/** The direct writers, seen from the program that started them. */
export interface DirectWriters {
  /** Lets them finish their present attempts; rejects if their process has failed. */
  finish(): Promise<void>;
}

/** Starts the direct writers in a process of their own; resolves when they write. The ledger gets their attempts. */
export async function startDirectWriters(
  orders: Orders,
  settings: Readonly<Record<string, string>>,
  ledger: Ledger,
): Promise<DirectWriters> {
  const { options, path } = programFile(PROGRAM);
  const child = fork(path, [JSON.stringify(orders)], {
    execArgv: [...options],
    env: environment(settings),
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child, 'message'), ended]); // they have begun, or their process has ended
  child.on('message', (attempt) => ledger.add(attempt as Attempt));
  return {
    async finish() {
      if (child.connected) child.send('finish');
      const [code] = await ended;
      if (code !== 0) throw new Error(`The process of the direct writers has ended with ${code}.`);
    },
  };
}
