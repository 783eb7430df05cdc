import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../examples/verify-receipt.mjs', import.meta.url));

/** The answer of the program that verifies receipts. */
export interface Verdict {
  /** The content of the receipt; null if it was refused. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever a receipt says
  readonly content: any;
  /** The reason of a refusal; empty without one. */
  readonly refusal: string;
}

/** Runs the separate program on a receipt and keys, which it gets as files. */
export async function verdictOn(jws: string, keys: object): Promise<Verdict> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-receipt-'));
  const files = [path.join(folder, 'receipt.jws'), path.join(folder, 'keys.json')] as const;
  try {
    await writeFile(files[0], `${jws}\n`);
    await writeFile(files[1], JSON.stringify(keys));
    return await run(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(files: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...files], (error, stdout, stderr) =>
      resolve({ content: error ? null : JSON.parse(stdout), refusal: error ? stderr : '' }),
    );
  });
}

/** Asks a server for its published keys. */
export async function keysOf(url: string) {
  const answer = await fetch(`${url}/.well-known/jwks.json`);
  return (await answer.json()) as { readonly keys: readonly Record<string, string>[] };
}

/** Returns the parts of a receipt as they are written, the header decoded. */
export function partsOf(jws: string) {
  const [head = '', payload = '', signature = ''] = jws.split('.');
  return { header: JSON.parse(Buffer.from(head, 'base64url').toString()), head, payload, signature };
}
