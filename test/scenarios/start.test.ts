import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listening, Programs } from '../support/program.ts';

let dataDir: string;
let programs: Programs;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-start-'));
  programs = new Programs(dataDir);
});

afterAll(async () => {
  await programs.killAll();
  await rm(dataDir, { recursive: true, force: true });
});

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

/** The output of a start that must fail, and its exit code. */
async function refusal(settings: Record<string, string>): Promise<{ said: string; code: number | null }> {
  const child = programs.start(settings);
  const [said] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
  return { said, code: child.exitCode };
}

test('a bad setting or a missing secret ends the start with 1 and one sentence that names it', async () => {
  expect(await refusal({ PORT: 'eighty', RING_SIZE: '-1' })).toEqual({
    said: expect.stringMatching(/^PORT must be .+\.\nRING_SIZE must be .+\.\n$/),
    code: 1,
  });
  expect(await refusal({ DATABASE_URL: 'postgresql://localhost/lockstep' })).toEqual({
    said: expect.stringMatching(/^JWT_SECRET must be set .+\.\n$/),
    code: 1,
  });
});

test('an unreachable database ends the start with 1 and one sentence without the password', async () => {
  const { said, code } = await refusal({
    DATABASE_URL: 'postgresql://lockstep:open-sesame@127.0.0.1:1/lockstep',
    JWT_SECRET: 'a secret for tests that is long enough',
  });
  expect(code).toBe(1);
  expect(said.trim().split('\n')).toHaveLength(1);
  expect(said).toContain('127.0.0.1:1');
  expect(said).not.toContain('open-sesame');
});

test('a second process on a data directory or a port ends with one sentence, and the first continues', async () => {
  const first = programs.start({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '' });
  const url = await listening(first);
  expect(await refusal({})).toEqual({ said: expect.stringMatching(/^.+ in use .+\n$/), code: 1 });

  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'lockstep-start-'));
  expect(await refusal({ PORT: String(port), DATA_DIR: elsewhere })).toEqual({
    said: expect.stringMatching(new RegExp(`^Port ${port} is taken .+\n$`)),
    code: 1,
  });
  taken.close();
  await rm(elsewhere, { recursive: true, force: true });

  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  first.kill('SIGTERM');
  await once(first, 'exit');
  expect(first.exitCode).toBe(0);
});

test('without its Redis, the server starts, reports that it is degraded, and is ready', async () => {
  const child = programs.start({ REDIS_URL: 'redis://127.0.0.1:1' });
  const url = await listening(child);
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'degraded', parts: { database: 'up', redis: 'down', delivery: 'up' } },
  ]);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});
