import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { PATIENCE_MS, within } from '../support/patience.ts';
import { killed, listening, Programs } from '../support/program.ts';

const dataDir = await mkdtemp(path.join(tmpdir(), 'tutorial-'));
const programs = new Programs(dataDir);
const started: ChildProcess[] = [];

afterAll(async () => {
  for (const child of started) await killed(child);
  await programs.killAll();
  await rm(dataDir, { recursive: true, force: true });
});

/** The answers to the two mutations that the test sends. */
interface Answer {
  signIn: { accessToken: string };
  customerCreate: { userErrors: unknown[] };
}

/** The blocks of code of a page in one language. */
function blocksOf(page: string, language: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms);
  return [...blocks].filter(([, of]) => of === language).map(([, , code = '']) => code);
}

/** Runs code as a file of this folder; `printed` waits for a line of it. */
function run(code: string, url: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { PATH: process.env.PATH, LOCKSTEP_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  let look = () => {};
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk) => {
      text += chunk;
      look();
    });
  }
  const printed = (line: RegExp) =>
    within(
      PATIENCE_MS,
      () => `It printed ${text}`,
      new Promise<void>((resolve) => {
        look = () => line.test(text) && resolve();
        look();
      }),
    );
  return { printed };
}

test('the code of the tutorial keeps a list that is live', async () => {
  const page = 'docs/tutorial.md';
  const [dashboard = ''] = blocksOf(page, 'js');
  const [create = ''] = blocksOf(page, 'graphql');
  const url = await listening(programs.start({ DEMO: '1' }));
  const list = run(dashboard, url);
  await list.printed(/^\d+ customers$/m);

  const ask = async (query: string, token?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query }),
    });
    const { data } = (await response.json()) as { data: Answer };
    return data;
  };
  const { signIn } = await ask(
    'mutation { signIn(input: { email: "admin@acme.demo.lockstep.dev", password: "lockstep-demo" }) { accessToken } }',
  );
  const { customerCreate } = await ask(create, signIn.accessToken);
  expect(customerCreate.userErrors).toEqual([]);
  await list.printed(/^\d+ customers, changed: Juniper$/m);
});

test('every GraphQL document of the documents is valid', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name));
  const documents = pages.flatMap((page) => blocksOf(page, 'graphql').map((text) => ({ page, text })));
  expect(documents.length).toBeGreaterThan(6);
  const faults = documents.flatMap(({ page, text }) =>
    validate(schema, parse(text)).map(({ message }) => `${page}: ${message}`),
  );
  expect(faults).toEqual([]);
});
